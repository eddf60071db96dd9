#!/usr/bin/env python3
"""Records what transformers makes of chat templates, and Jinja2 of small cases.

usage: chat_templates.py LLAMA_CPP

Reads LLAMA_CPP/models/templates/*.jinja and writes Fixtures/chat. Needs transformers and jinja2.
"""
import datetime
import json
import pathlib
import sys

import jinja2
import transformers
import transformers.utils.chat_template_utils as chat

from chat_cases import CASES, VARIABLES
from chat_conversations import CONVERSATIONS

OUT = pathlib.Path(__file__).resolve().parent.parent / "chat"
# The same template as another one, or nearly so, and long.
LEFT_OUT = {"NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use", "meta-llama-Llama-3.3-70B-Instruct",
            "google-gemma-4-31B-it-interleaved", "GigaChat3-10B-A1.8B", "deepseek-ai-DeepSeek-V4-Flash-0731"}


class StoppedClock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 4, 13, 5, 9, 123456)


chat.datetime = StoppedClock


def error(exception):
    """What kind of error, and its words where they are the template's own."""
    if type(exception) is jinja2.exceptions.TemplateError:
        return {"error": "raised", "message": str(exception)}
    if isinstance(exception, (jinja2.exceptions.TemplateSyntaxError, SyntaxError)):
        return {"error": "syntax"}
    if type(exception) is jinja2.exceptions.TemplateRuntimeError and " named " in str(exception):
        return {"error": "syntax"}  # a filter or test in a branch
    if isinstance(exception, (RecursionError, OverflowError)) and "infinity" not in str(exception):
        return {"error": "limit"}
    if "no loader" in str(exception):
        return {"error": "security"}
    if isinstance(exception, jinja2.exceptions.SecurityError):
        return {"error": "security"}
    if isinstance(exception, jinja2.exceptions.UndefinedError):
        return {"error": "undefined"}
    return {"error": "value"}


def outcome(render):
    try:
        return {"text": render()}
    except Exception as exception:
        return error(exception)


def rendered(template, conversation):
    def render():
        texts, _ = chat.render_jinja_template(
            conversations=[conversation["messages"]], tools=conversation.get("tools"),
            documents=conversation.get("documents"), chat_template=template,
            add_generation_prompt=conversation["add_generation_prompt"], **conversation["more"])
        return texts[0]
    return outcome(render)


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def lines(values):
    return "[\n" + ",\n".join(compact(value) for value in values) + "\n]"


def main():
    folder = pathlib.Path(sys.argv[1]) / "models" / "templates"
    (OUT / "templates").mkdir(parents=True, exist_ok=True)
    oracle = f"transformers {transformers.__version__}, jinja2 {jinja2.__version__}"
    command = "chat_templates.py LLAMA_CPP"
    (OUT / "conversations.json").write_text(compact(CONVERSATIONS) + "\n")
    for path in sorted(folder.glob("*.jinja")):
        if path.stem in LEFT_OUT:
            continue
        template = path.read_bytes().decode()
        cases = []
        for name, conversation in CONVERSATIONS.items():
            cases.append({"conversation": name, **rendered(template, conversation)})
            # Many templates say the same with the next conversation; say it once.
            same = next((c for c in cases[:-1] if c.get("text") == cases[-1].get("text") is not None), None)
            if same:
                cases[-1] = {"conversation": name, "as": same["conversation"]}
        (OUT / "templates" / f"{path.stem}.json").write_text(
            '{"oracle":' + compact(oracle) + ',"command":' + compact(command) + ',\n"template":'
            + compact(template) + ',\n"cases":' + lines(cases) + "}\n")

    def small(source):
        return {"source": source,
                **outcome(lambda: chat._compile_jinja_template(source).render(**VARIABLES))}

    (OUT / "cases.json").write_text(
        '{"oracle":' + compact(oracle) + ',"command":' + compact(command) + ',\n"variables":'
        + compact(VARIABLES) + ',\n"cases":' + lines(small(source) for source in CASES) + "}\n")


if __name__ == "__main__":
    main()
