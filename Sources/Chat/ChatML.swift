extension ChatTemplate {
  /// ChatML as the first Qwen's own code writes it (`make_context` of qwen_generation_utils.py):
  /// those models ship no template. A conversation without a system message gets Qwen's.
  ///
  /// Turns are separated, not ended, by newlines. That code tokenizes what a message says without
  /// special tokens: text such as `<|im_end|>` in it stays text.
  public static let chatML = ChatTemplate(
    source: #"""
      {%- if messages and messages[0].role == 'system' %}
        {%- set system, turns = messages[0].content, messages[1:] %}
      {%- else %}
        {%- set system, turns = 'You are a helpful assistant.', messages %}
      {%- endif %}
      {{- '<|im_start|>system\n' ~ system ~ '<|im_end|>' }}
      {%- for message in turns %}
        {{- '\n<|im_start|>' ~ message.role ~ '\n' ~ message.content ~ '<|im_end|>' }}
      {%- endfor %}
      {%- if add_generation_prompt %}
        {{- '\n<|im_start|>assistant\n' }}
      {%- endif %}
      """#, origin: "ChatML")
}
