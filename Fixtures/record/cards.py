"""Records Fixtures/cards/golden.json: what llama.cpp's converter writes under `general.` for model
cards, with the names of directories and `_name_or_path`.

    python Fixtures/record/cards.py llama_cpp_python-0.3.36/vendor/llama.cpp

llama.cpp as in families.py (commit 0c1e57098bba, its own gguf-py 0.19.0), PyYAML 6.0. Each case runs
`Metadata.load` and `set_gguf_meta_model`, with the size label that `prepare_metadata` of
conversion/base.py fills in between. Cards that the converter cannot write (numbers or nulls among
texts, nested lists) are no cases: those are tested by hand.
"""

import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(sys.argv[1]) / "gguf-py"))
import gguf  # noqa: E402

QWEN = """---
library_name: transformers
license: apache-2.0
license_link: https://huggingface.co/Qwen/Qwen2.5-0.5B-Instruct/blob/main/LICENSE
language:
- en
pipeline_tag: text-generation
base_model: Qwen/Qwen2.5-0.5B
tags:
- chat
---

# Qwen2.5-0.5B-Instruct
license: not this one
"""
LLAMA = """---
language:
- en
- de
- pt
- no
library_name: transformers
base_model: meta-llama/Meta-Llama-3.1-8B
license: llama3.1
pipeline_tag: text-generation
tags:
- facebook
- meta
- "pytorch"   # quoted
- 'llama-3'
extra_gated_prompt: >-
  ### LLAMA 3.1 COMMUNITY LICENSE AGREEMENT

  Llama 3.1 Version: July 23, 2024

  "Agreement" means: terms
extra_gated_fields:
  First Name: text
  Job title:
    type: select
    options:
    - Student
    - Other
---
"""
MERGE = """---
license: other
license_name: "it's \\"mine\\""
license_link: LICENSE
base_model:
  - mistralai/Mistral-7B-v0.1   # the base
  - https://huggingface.co/NousResearch/Hermes-2-Pro-7B
  - https://example.org/models/one
  - plain-name-7b
datasets: [HuggingFaceH4/ultrachat_200k, 'open, web/math-1.5b', "https://huggingface.co/datasets/x/y"]
tags: [merge, mergekit]
language: [en, fr]
# A comment
model-index:
- name: x
  results:
  - task: {type: text-generation, name: Text Generation}
    metrics:
    - type: acc
      value: 0.5
---
"""
AUTHOR = """---
model_name: Mistral 7B Instruct v0.2
model_creator: Mistral AI_
model_type: mistral
name:
version: v0.2
description: A model: that
license: [mit, apache-2.0]
base_model: []
datasets:
url: https://example.org/a#b
doi: 10.1000/182
repo_url: 'https://example.org/repo'
languages: en
language: "de"
---
""".replace("A model: that", "A model\n  that goes on\n  over lines")
TABS = "---\r\nlicense:\tmit\r\ntags:\r\n\t- a\r\n\t- b c\r\n---\r\ntext\r\n"
BRACKETS = """---
tags: [
  one,
  "two",
  'th''ree',
]
license: "mit"
"quoted key": x
license_name: null
license_link: ~
base_model: ./local-model
---
"""
# name, directory, README.md (None for none), _name_or_path, parameters
CASES = [
    ("qwen", "Qwen2.5-0.5B-Instruct", QWEN, None, 494032768),
    ("llama", "Meta-Llama-3.1-8B-Instruct", LLAMA, "meta-llama/Meta-Llama-3.1-8B-Instruct", 8030261248),
    ("merge", "merged", MERGE, "/home/me/models/merged", 7241732096),
    ("author", "whatever-7b", AUTHOR, "mistralai/Mistral-7B-Instruct-v0.2", 7241732096),
    ("tabs", "a b", TABS, None, 5_000_000),
    ("brackets", "plain", BRACKETS, "./plain-1b", 1_000_000_000),
    ("no front matter", "tiny-1M", "# Just text\n---\nlicense: mit\n---\n", None, 1_000_000),
    ("empty", "tiny", "", "", 1_000_000),
    ("no card", "Mixtral-8x7B-v0.1", None, "mistralai/Mixtral-8x7B-v0.1", 46_702_792_704),
]


def record(directory, readme, name_or_path, parameters):
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch) / directory
        path.mkdir()
        if readme is not None:
            (path / "README.md").write_bytes(readme.encode())
        config = {} if name_or_path is None else {"_name_or_path": name_or_path}
        (path / "config.json").write_text(json.dumps(config))
        metadata = gguf.Metadata.load(None, path, None, parameters)
        if metadata.size_label is None:
            metadata.size_label = gguf.size_label(parameters, 0, 0, 0)
        writer = gguf.GGUFWriter(None, "llama")
        metadata.set_gguf_meta_model(writer)
        entries = []
        for key, value in writer.kv_data[0].items():
            if key == "general.architecture":
                continue
            writer._pack_val(value.value, value.type, add_vtype=True)
            entries.append([key, value.type.name, value.value])
        return entries


def main():
    cases = [
        dict(name=name, directory=directory, readme=readme, name_or_path=id, parameters=parameters,
             entries=record(directory, readme, id, parameters))
        for name, directory, readme, id, parameters in CASES
    ]
    target = pathlib.Path(__file__).resolve().parent.parent / "cards"
    target.mkdir(exist_ok=True)
    source = f"Fixtures/record/cards.py: gguf-py of llama.cpp 0c1e57098bba"
    text = json.dumps(dict(source=source, cases=cases), indent=1, ensure_ascii=False)
    (target / "golden.json").write_text(text + "\n")


main()
