"""Step 5: from a checkpoint to CTranslate2 (int8) and to an Argos package.

    python export.py work/last.pt [checkpoint/last.pt] --version 1.0
        --out ../src/tweeklank/translate/builtin [--checkpoint checkpoint]

The averaged weights are exported; of several checkpoints the mean, which is worth it where one
went on from the other (Wortsman et al. 2022, "Model soups"). The package folder holds metadata.json,
sentencepiece.model, model/, lexicon.tsv and NOTICE; the model card and the zipped .argosmodel are made by
card.py, when there are figures. ``--checkpoint`` keeps what the next training goes on from: these
weights, the optimiser's state and the pieces.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from ctranslate2.specs import common_spec, transformer_spec
from torch import Tensor

from recipe import HERE, always_marked, marked_forms
from transformer import Shape, sinusoid

CODE = "translate-nl_en"


def write_ctranslate2(weights: Mapping[str, Tensor], shape: Shape, pieces: Path, out: Path) -> None:
    """Writes model.bin, config.json and the vocabulary to the folder ``out``, quantised to int8."""
    # Copies: quantising scales arrays in place, and these may still be training.
    arrays = {name: weight.detach().float().cpu().numpy().copy() for name, weight in weights.items()}
    # All heads of the last layer: their average is a better word alignment than any single one.
    spec = transformer_spec.TransformerSpec.from_config(
        (shape.ne, shape.nd),
        shape.h,
        pre_norm=True,
        activation=common_spec.Activation.RELU,
        alignment_layer=-1,
        alignment_heads=shape.h,
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


def read_checkpoints(files: list[Path]) -> dict[str, Any]:
    """The first checkpoint, with the mean of the averaged weights of all as its ``average``."""
    first, *others = states = [torch.load(file, map_location="cpu", weights_only=True) for file in files]
    if any(state["cfg"] != first["cfg"] for state in others):
        raise SystemExit("These checkpoints are of networks of different shapes: there is no mean of them.")
    # What keep_checkpoint() wrote has the averaged weights as the model to go on from.
    averages = [state.get("average", state["model"]) for state in states]
    mean = {name: sum(weights[name].float() for weights in averages) / len(averages) for name in averages[0]}
    return first | {"average": {name: weight.half() for name, weight in mean.items()}}


def write_package(state: Mapping[str, Any], pieces: Path, lexicon: Path, version: str, out: Path) -> None:
    """An Argos package folder (argos-translate's package format: metadata.json beside model/)."""
    forms = marked_forms(lexicon, always_marked()).items()
    shutil.rmtree(out / "model", ignore_errors=True)
    write_ctranslate2(state["average"], Shape(**state["cfg"]), pieces, out / "model")
    shutil.copy(pieces, out / "sentencepiece.model")
    (out / "lexicon.tsv").write_text("".join(f"{dutch}\t{english}\n" for dutch, english in forms), "utf-8")
    metadata = {
        "package_version": version,
        "argos_version": "1.9",
        "from_code": "nl",
        "from_name": "Dutch",
        "to_code": "en",
        "to_name": "English",
        "type": "translate",
        "code": CODE,
        # Not Argos's own: the model was trained with <term>…<as>…</term>, and Tweeklank uses it.
        "term_marks": True,
    }
    (out / "metadata.json").write_text(json.dumps(metadata, indent=2) + "\n", "utf-8")
    shutil.copy(HERE / "package/NOTICE", out / "NOTICE")


def keep_checkpoint(state: Mapping[str, Any], pieces: Path, out: Path) -> None:
    kept = {name: part for name, part in state.items() if name != "average"} | {"model": state["average"]}
    out.mkdir(parents=True, exist_ok=True)
    torch.save(kept, out / "last.pt")
    shutil.copy(pieces, out / "sentencepiece.model")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trained", type=Path, nargs="+", help="checkpoints of train.py")
    parser.add_argument("--pieces", type=Path, help="sentencepiece.model; default: beside the first checkpoint")
    parser.add_argument("--lexicon", type=Path, help="lexicon.tsv; default: beside the first checkpoint")
    parser.add_argument("--version", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, help="folder for the checkpoint to go on from")
    args = parser.parse_args()
    pieces = args.pieces or args.trained[0].with_name("sentencepiece.model")
    lexicon = args.lexicon or args.trained[0].with_name("lexicon.tsv")
    state = read_checkpoints(args.trained)
    write_package(state, pieces, lexicon, args.version, args.out)
    if args.checkpoint:
        keep_checkpoint(state, pieces, args.checkpoint)


if __name__ == "__main__":
    main()
