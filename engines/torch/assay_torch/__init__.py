"""The training engine on PyTorch: run folders in, results out. `command.py` is where it starts."""

import warnings

# PyTorch says so on import where there is no NumPy, which nothing here needs.
warnings.filterwarnings("ignore", message="Failed to initialize NumPy")
