"""Prints as JSON what this Python has for the worker beside it, and trains nothing:  python3 -I -B check.py"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from assay_torch.command import OLDEST_TORCH
from worker import OLDEST_PYTHON


def words(version):
    return ".".join(map(str, version))


def find_torch():
    """PyTorch's version, the CUDA it was built for, its GPUs, and why there are none; or why it cannot be used at all."""
    try:
        import torch
    except Exception as error:  # A library that is missing or broken raises what it likes.
        absent = isinstance(error, ModuleNotFoundError) and error.name == "torch"
        return {} if absent else {"importError": "{}: {}".format(type(error).__name__, str(error).split("\n")[0])}
    found = {"torch": torch.__version__, "cuda": torch.version.cuda, "gpus": []}
    if not torch.cuda.is_available():
        try:
            torch.cuda.init()
        except Exception as error:
            found["noGpu"] = str(error).split(". ")[0].split("\n")[0]
        return found
    for index in range(torch.cuda.device_count()):
        free, total = torch.cuda.mem_get_info(index)
        name = torch.cuda.get_device_name(index)
        found["gpus"].append({"name": name, "memoryBytes": total, "freeBytes": free})
    return found


oldest = {"oldestPython": words(OLDEST_PYTHON), "oldestTorch": words(OLDEST_TORCH)}
python = {"python": sys.version.split()[0], "executable": sys.executable}
print(json.dumps({**oldest, **python, **find_torch()}))
