"""Step 4: from a checkpoint to CTranslate2 (int8) and to an Argos package.

    python export.py work/last.pt --version 1.0 --out ../src/tweeklank/translate/builtin [--archive work]

The averaged weights are exported. The package folder holds metadata.json,
sentencepiece.model, model/, README.md (the model card) and NOTICE; ``--archive`` also zips it
to ``translate-nl_en-VERSION.argosmodel``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from ctranslate2.specs import common_spec, transformer_spec
from torch import Tensor

from recipe import HERE
from transformer import Shape, sinusoid

CODE = "translate-nl_en"


def write_ctranslate2(weights: Mapping[str, Tensor], shape: Shape, pieces: Path, out: Path) -> None:
    """Writes model.bin, config.json and the vocabulary to the folder ``out``, quantised to int8."""
    # Copies: quantising scales arrays in place, and these may still be training.
    arrays = {name: weight.detach().float().cpu().numpy().copy() for name, weight in weights.items()}
    spec = transformer_spec.TransformerSpec.from_config(
        (shape.ne, shape.nd), shape.h, pre_norm=True, activation=common_spec.Activation.RELU
    )

    def linear(part: Any, name: str) -> None:
        part.weight, part.bias = arrays[f"{name}.weight"], arrays[f"{name}.bias"]

    def norm(part: Any, name: str) -> None:
        part.gamma, part.beta = arrays[f"{name}.weight"], arrays[f"{name}.bias"]

    def self_attention(part: Any, name: str) -> None:
        norm(part.layer_norm, f"{name}.norm")
        linear(part.linear[0], f"{name}.qkv")
        linear(part.linear[1], f"{name}.o")

    def cross_attention(part: Any, name: str) -> None:
        norm(part.layer_norm, f"{name}.norm")
        linear(part.linear[0], f"{name}.q")
        linear(part.linear[1], f"{name}.kv")
        linear(part.linear[2], f"{name}.o")

    def feed_forward(part: Any, name: str) -> None:
        norm(part.layer_norm, f"{name}.norm")
        linear(part.linear_0, f"{name}.l1")
        linear(part.linear_1, f"{name}.l2")

    for half in (spec.encoder, spec.decoder):
        half.scale_embeddings = True
        half.position_encodings.encodings = sinusoid(shape.maxlen, shape.d).numpy()
    spec.encoder.embeddings[0].weight = arrays["emb.weight"]
    spec.decoder.embeddings.weight = spec.decoder.projection.weight = arrays["emb.weight"]
    norm(spec.encoder.layer_norm, "encn")
    norm(spec.decoder.layer_norm, "decn")
    for i, layer in enumerate(spec.encoder.layer):
        self_attention(layer.self_attention, f"enc.{i}.0")
        feed_forward(layer.ffn, f"enc.{i}.1")
    for i, layer in enumerate(spec.decoder.layer):
        self_attention(layer.self_attention, f"dec.{i}.0")
        cross_attention(layer.attention, f"dec.{i}.1")
        feed_forward(layer.ffn, f"dec.{i}.2")

    model = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
    vocabulary = [model.id_to_piece(i) for i in range(model.get_piece_size())]
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.config.add_source_eos = True
    spec.config.bos_token = spec.config.decoder_start_token = "<s>"
    spec.config.eos_token, spec.config.unk_token = "</s>", "<unk>"
    spec.validate()
    spec.optimize(quantization="int8")
    out.mkdir(parents=True, exist_ok=True)
    spec.save(str(out))


def write_package(checkpoint: Path, pieces: Path, version: str, out: Path) -> None:
    """An Argos package folder (argos-translate's package format: metadata.json beside model/)."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    shutil.rmtree(out / "model", ignore_errors=True)
    write_ctranslate2(state["average"], Shape(**state["cfg"]), pieces, out / "model")
    shutil.copy(pieces, out / "sentencepiece.model")
    metadata = {
        "package_version": version,
        "argos_version": "1.9",
        "from_code": "nl",
        "from_name": "Dutch",
        "to_code": "en",
        "to_name": "English",
        "type": "translate",
        "code": CODE,
    }
    (out / "metadata.json").write_text(json.dumps(metadata, indent=2) + "\n", "utf-8")
    for document in ("README.md", "NOTICE"):
        shutil.copy(HERE / "package" / document, out / document)


def archive(folder: Path, file: Path) -> None:
    """Zips a package folder to an .argosmodel: one top folder, fixed dates, so that equal input gives equal bytes."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                entry = zipfile.ZipInfo(f"{CODE}/{path.relative_to(folder).as_posix()}", (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, path.read_bytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--pieces", type=Path, help="sentencepiece.model; default: beside the checkpoint")
    parser.add_argument("--version", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--archive", type=Path)
    args = parser.parse_args()
    pieces = args.pieces or args.checkpoint.with_name("sentencepiece.model")
    write_package(args.checkpoint, pieces, args.version, args.out)
    if args.archive:
        archive(args.out, args.archive / f"{CODE}-{args.version.replace('.', '_')}.argosmodel")


if __name__ == "__main__":
    main()
