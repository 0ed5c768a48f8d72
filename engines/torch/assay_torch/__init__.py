"""The training engine on PyTorch: run folders in, results out. `command.py` is where it starts."""
