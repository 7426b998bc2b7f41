"""config.toml → typed settings. Every mistake becomes one sentence with file, key and mend."""

from tweeklank.config.read import load_config
from tweeklank.config.settings import (
    Alerts,
    Collect,
    Config,
    Email,
    EnglishRule,
    Foreign,
    Publication,
    Review,
    Source,
    Translate,
    Workers,
)
from tweeklank.config.sources import RESERVED_IDS
from tweeklank.config.table import ConfigError, is_web_address

__all__ = [
    "RESERVED_IDS",
    "Alerts",
    "Collect",
    "Config",
    "ConfigError",
    "Email",
    "EnglishRule",
    "Foreign",
    "Publication",
    "Review",
    "Source",
    "Translate",
    "Workers",
    "is_web_address",
    "load_config",
]
