"""What PyTorch reads from the checkpoints of the golden cases: type, shape and a digest of every tensor.

    /usr/bin/python3 tools/golden/checkpoint-tensors.py ../shared/golden/fourdvarnet packages/fourdvarnet/test/golden/checkpoint_tensors.json

The committed output was written with PyTorch 2.6.0. A digest is the start of the SHA-256 of the elements in C order,
little-endian; half precision is widened to float32 and truth values are bytes, as packages/fourdvarnet reads them. Files are
loaded with weights_only=True, or, where that refuses the unknown classes beside the weights, unpickled with stand-ins for these.
"""

import hashlib
import json
import pathlib
import pickle
import sys
import types

import torch

PLACES = ["state_dict", "model"]


class StandIn(dict):
    def __init__(self, *args, **keywords):
        super().__init__()

    def __call__(self, *args, **keywords):
        return StandIn()

    def __setstate__(self, state):
        pass


class StandInUnpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if module in ("collections", "torch._utils", "torch"):
            return super().find_class(module, name)
        return StandIn


def load(path):
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        stand_ins = types.SimpleNamespace(Unpickler=StandInUnpickler, load=None, __name__="stand_ins")
        return torch.load(path, map_location="cpu", weights_only=False, pickle_module=stand_ins)


def described(tensor):
    kind = str(tensor.dtype).removeprefix("torch.")
    if tensor.dtype in (torch.float16, torch.bfloat16):
        tensor = tensor.float()
    elements = tensor.detach().contiguous().numpy().tobytes()
    return [kind, list(tensor.shape), hashlib.sha256(elements).hexdigest()[:16]]


def tensors_of(path):
    loaded = load(path)
    for place in PLACES:
        loaded = loaded.get(place, loaded)
    return {name: described(value) for name, value in loaded.items() if isinstance(value, torch.Tensor)}


def main(folder, target):
    accepted = ["starter_lightning204_recweight64.ckpt", "starter_named_prefix.ckpt", "starter_legacy_nonzip.ckpt",
                "foreign_globals_hparams.ckpt", "tensor_views_dtypes.pt", "nested_model_key.pt", "ddp_module_prefix.pt"]
    root = pathlib.Path(folder)
    paths = [root / "ckpt_formats" / name for name in accepted] + sorted(root.glob("*/solver_state_dict.pt"))
    lines = []
    for path in paths:
        entries = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in tensors_of(path).items()]
        lines.append(f"{json.dumps(str(path.relative_to(root)))}: {{\n" + ",\n".join(entries) + "\n}")
    pathlib.Path(target).write_text("{\n" + ",\n".join(lines) + "\n}\n")


main(*sys.argv[1:])
