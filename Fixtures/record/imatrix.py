"""Records Fixtures/qwen2-kjv/gguf/imatrix.dat: the fixture's importance matrix in the older layout.

    python Fixtures/record/imatrix.py BUILD

BUILD is a build of llama.cpp at 0c1e57098bba; its llama-imatrix rewrites imatrix.gguf.
"""

import pathlib
import subprocess
import sys

GGUF = pathlib.Path(__file__).parent.parent / "qwen2-kjv" / "gguf"

subprocess.run(
    [pathlib.Path(sys.argv[1]) / "bin" / "llama-imatrix", "-m", GGUF / "qwen2-kjv-BF16.gguf",
     "--in-file", GGUF / "imatrix.gguf", "-o", GGUF / "imatrix.dat", "--output-format", "dat"],
    check=True)
