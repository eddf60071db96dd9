"""Conversations that every recorded template is given; see chat_templates.py."""

BOS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}

USER = {"role": "user", "content": "  What is 2 + 2?  "}
SYSTEM = {"role": "system", "content": "You are terse."}

WEATHER = {"type": "function", "function": {
    "name": "get_weather", "description": "The weather's \"now\" in <city>.",
    "parameters": {"type": "object", "required": ["city"], "properties": {
        "city": {"type": "string", "description": "A city, e.g. Z\u00fcrich"},
        "unit": {"type": "string", "enum": ["C", "F"], "default": "C"},
        "days": {"type": "integer", "minimum": 1}}},
    "return": {"type": "object"}}}
ADD = {"type": "function", "function": {
    "name": "add", "description": "Adds.", "parameters": {"type": "object", "properties": {
        "numbers": {"type": "array", "items": {"type": "number"}},
        "options": {"type": "object", "properties": {"exact": {"type": "boolean"}}}}}}}
# Some templates run in circles over a list of types.
CHOICE = {"type": "function", "function": {
    "name": "pick", "description": "Picks.", "parameters": {"type": "object", "properties": {
        "n": {"type": ["integer", "null"]}}}}}
TOOLS = [WEATHER, ADD]


def call(name, arguments, identifier=None):
    value = {"type": "function", "function": {"name": name, "arguments": arguments}}
    return {"id": identifier, **value} if identifier else value


CALLS = [
    SYSTEM, {"role": "user", "content": "Weather in Z\u00fcrich and 1.5 + 2?"},
    {"role": "assistant", "content": "", "tool_calls": [
        call("get_weather", {"city": "Z\u00fcrich", "days": 3, "unit": None}, "abcdef123"),
        call("add", {"numbers": [1.5, 2], "options": {"exact": True}}, "abcdef124")]},
    {"role": "tool", "name": "get_weather", "tool_call_id": "abcdef123", "content": "{\"sky\": \"clear\"}"},
    {"role": "tool", "name": "add", "tool_call_id": "abcdef124", "content": "3.5"},
    {"role": "assistant", "content": "Clear, and 3.5."}, {"role": "user", "content": "Thanks\nmuch"}]

TEXT_CALLS = [
    {"role": "user", "content": "Weather?"},
    {"role": "assistant", "content": None, "tool_calls": [
        call("get_weather", "{\"city\": \"Bern\"}", "abcdef125")]},
    {"role": "tool", "name": "get_weather", "tool_call_id": "abcdef125", "content": "rain"}]

THINKING = [
    {"role": "user", "content": "One?"},
    {"role": "assistant", "reasoning_content": "First.\nSecond.", "content": "1"},
    {"role": "user", "content": "Two?"},
    {"role": "assistant", "content": "<think>\nAgain.\n</think>\n\n2"},
    {"role": "user", "content": "Three?"}]

PARTS = [
    {"role": "system", "content": [{"type": "text", "text": "Look."}]},
    {"role": "user", "content": [{"type": "text", "text": "What is "}, {"type": "image", "image": "x.png"},
                                 {"type": "text", "text": "this?"}]},
    {"role": "assistant", "content": [{"type": "text", "text": "A cat."}]},
    {"role": "user", "content": "Sure?"}]

DOCUMENTS = [{"title": "Tea", "text": "Tea is hot."}, {"title": "Ice", "text": "Ice is cold.", "n": 1e-07}]


def case(messages, prompt=True, tools=None, documents=None, **more):
    value = {"messages": messages, "add_generation_prompt": prompt}
    if tools is not None:
        value["tools"] = tools
    if documents is not None:
        value["documents"] = documents
    return {**value, "more": {**BOS, **more}}


CONVERSATIONS = {
    "plain": case([USER]),
    "no prompt": case([USER, {"role": "assistant", "content": "4"}], prompt=False),
    "system": case([SYSTEM, USER]),
    "turns": case([SYSTEM, USER, {"role": "assistant", "content": " 4 "},
                   {"role": "user", "content": "<b>\u00e9\u4f60\U0001f600\te\u0301</b> \"'\\"}]),
    "tools": case([USER], tools=TOOLS),
    "tool calls": case(CALLS, tools=TOOLS),
    "types in lists": case([USER], tools=[CHOICE]),
    "calls as text": case(TEXT_CALLS, tools=[WEATHER]),
    "calls end": case(CALLS[:3], prompt=False, tools=[ADD]),
    "thinking": case(THINKING),
    "thinking on": case(THINKING, enable_thinking=True, thinking=True),
    "thinking off": case(THINKING[:1], enable_thinking=False, thinking=False),
    "thinking kept": case(THINKING[:4], prompt=False, clear_thinking=False, keep_past_thinking=True,
                          preserve_thinking=True, drop_thinking=False),
    "thinking calls": case(
        [USER, {**CALLS[2], "reasoning_content": "Ask."}, CALLS[3], CALLS[4]], tools=TOOLS,
        reasoning_effort="high", thinking_mode="thinking"),
    "parts": case(PARTS),
    "documents": case([USER], documents=DOCUMENTS),
    "developer": case([{"role": "developer", "content": "Be kind."}, USER], date_string="1 Jan 2025"),
    "empty": case([]),
    "roles do not alternate": case([USER, USER, {"role": "assistant", "content": "4"},
                                    {"role": "assistant", "content": "5"}]),
    "unknown role": case([{"role": "narrator", "content": "Once."}]),
    "assistant first": case([{"role": "assistant", "content": "Hi."}, USER]),
    "no content": case([USER, {"role": "assistant"}]),
}
