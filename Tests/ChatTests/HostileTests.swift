import Chat
import Containers
import Testing

/// Templates that nobody should publish: each ends, with an error that says why.
@Suite("hostile templates") struct HostileTests {
  /// A tenth of what is allowed by default: what runs into it here takes ten times as long there.
  static let tenth = {
    var limits = RenderLimits()
    limits.steps /= 10
    limits.memoryBytes /= 10
    return limits
  }()

  static func kind(_ source: String, _ limits: RenderLimits = tenth) -> TemplateError.Kind? {
    do throws(TemplateError) {
      _ = try JinjaTemplate(source).render(["text": "a\u{301}b"], limits: limits)
      return nil
    } catch { return error.kind }
  }

  /// `open` and `close` a hundred thousand times around `core`.
  @Test(arguments: [
    ("{{ ", "(", "1", ")", " }}"), ("{{ ", "[", "1", "]", " }}"), ("{{ ", "{1:", "1", "}", " }}"),
    ("{{ ", "-", "1", "", " }}"), ("{{ ", "not ", "1", "", " }}"), ("{{ a", ".b", "", "", " }}"),
    ("{{ a", "|upper", "", "", " }}"), ("{{ a", "()", "", "", " }}"),
    ("{{ 1", " + 1", "", "", " }}"),
    ("{{ 1", " if 1 else 1", "", "", " }}"), ("{{ 1", " if 1", "", "", " }}"),
    ("{{ 1 is ", "eq(1 is ", "", "", " }}"), ("", "{% if 1 %}", "", "{% endif %}", ""),
    ("", "{% for x in y %}", "", "{% endfor %}", ""), ("{% set ", "(", "a", ")", " = 1 %}"),
  ]) func isNestedTooDeep(
    _ start: String, _ open: String, _ core: String, _ close: String, _ end: String
  ) {
    let source =
      start + String(repeating: open, count: 100_000) + core
      + String(repeating: close, count: 100_000) + end
    let kind = Self.kind(source)
    #expect(kind == .limit || kind == .syntax, "\(String(describing: kind))")
  }

  @Test(arguments: [
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{{ m() }}",
    "{% macro m() %}{% for x in [1] if (([m()|upper ~ 'a']))[0] %}{% endfor %}{% endmacro %}{{ m() }}",
    "{% macro m() %}{% set a %}{% filter upper %}{% with b = {1: [m() is eq(m())]} %}{% endwith %}{% endfilter %}{% endset %}{% endmacro %}{{ m() }}",
    "{% macro m() %}{% for x in [1] recursive %}{{ [1]|map('default', [m()])|list }}{% endfor %}{% endmacro %}{{ m() }}",
    "{% for x in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{{ range(100001) }}", "{{ range(-9223372036854775807, 9223372036854775807) }}",
    "{{ 'a' * 9223372036854775807 }}", "{{ [1] * 9223372036854775807 }}",
    "{{ ('a' * 1000000) * 1000000 }}", "{{ '%4097d' % 1 }}", "{{ '{:9999999999}'.format(1) }}",
    "{{ 'a'.center(9223372036854775807) }}", "{{ 'a'.ljust(9223372036854775807) }}",
    "{{ 'a'.zfill(9223372036854775807) }}", "{{ 'a\\tb'.expandtabs(9223372036854775807) }}",
    "{{ 'a'|indent(9223372036854775807) }}", "{{ [1]|tojson(indent=9223372036854775807) }}",
    "{{ 9223372036854775807 + 1 }}", "{{ 9223372036854775807 * 2 }}", "{{ 2 ** 63 }}",
    "{{ -9223372036854775807 - 2 }}", "{{ (-9223372036854775807 - 1) // -1 }}",
    "{{ (-9223372036854775807 - 1)|abs }}", "{{ 99999999999999999999 }}", "{{ 1e300|int }}",
    "{% set ns = namespace(x=[]) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}",
    "{% set ns = namespace(x=[]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
    "{% set ns = namespace(x='a') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(9999) %}{% set ns.x = ns.x|map('string') %}{% endfor %}{{ ns.x|list }}",
    "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}",
    "{% set ns = namespace(x=1) %}{% for i in range(99999) %}{% set ns.x = namespace(x=ns.x) %}{% endfor %}{{ ns }}",
    "{% for i in range(99999) %}{{ 'a' * 100000 }}{% endfor %}",
    "{% set s %}{% for i in range(99999) %}{{ 'a' * 100000 }}{% endfor %}{% endset %}",
    "{{ ('a' * 100000).replace('', 'b' * 100000) }}",
    "{{ ('a' * 100000)|list|join('b' * 100000) }}",
    "{{ [1]|batch(1, fill_with=1)|list|first is eq(['a' * 99999999] * 99999999) }}",
    "{% for i in range(99999) %}{% set x = ('a' * 99999).find('b' * 1000) %}{% endfor %}",
    "{% for i in range(99999) %}{% set x = range(99999)|sort %}{% endfor %}",
    "{% for i in range(99999) %}{% set x = 5 in range(6, 99999) %}{% endfor %}",
  ]) func endsWithAnError(_ source: String) {
    let kind = Self.kind(source)
    #expect(kind == .limit || kind == .syntax, "\(source.prefix(80)): \(String(describing: kind))")
  }

  /// What is odd and still allowed.
  @Test(arguments: [
    "{{ (-9223372036854775807 - 1) % -1 }}", "{{ text[9223372036854775807:] }}",
    "{{ text[-9223372036854775807 - 1:9223372036854775807:9223372036854775807] }}",
    "{{ text[::-9223372036854775807 - 1] }}", "{{ text[9223372036854775807] }}",
    "{{ text[-9223372036854775807 - 1] }}",
    "{{ range(9223372036854775806, 9223372036854775807)|list }}",
    "{{ range(0, 9223372036854775807, 9223372036854775807)|list }}",
    "{{ 1|round(9223372036854775807) }}",
    "{{ 1.5|round(-9223372036854775807 - 1) }}", "{{ [1, 2]|slice(1)|list }}",
    "{{ text.split('b', 9223372036854775807) }}", "{{ text.find('b', -9223372036854775807 - 1) }}",
    "{{ 1.5|round(400) }}", "{{ '\\x00'|tojson }}",
    "{% for x in text[::-1] %}{{ loop.length }}{% endfor %}",
    "{% set ns = namespace() %}{% set ns.x = ns %}",
    "{{ 'a'|truncate(3, leeway=9223372036854775807) }}",
    "{{ [2, 1.5, true]|sort }}", "{{ 9223372036854775807 == 9223372036854775807.0 }}",
    "{{ [1]|batch(-9223372036854775807 - 1, 'x')|list }}",
    "{{ 'a'|center(-9223372036854775807 - 1) }}",
    "{{ [1]|slice(-5)|list }}", "{{ text|indent(-9223372036854775807 - 1) }}",
  ]) func isAllowed(_ source: String) {
    #expect(Self.kind(source) == nil, "\(source)")
  }

  @Test func limitsAreKept() {
    var limits = RenderLimits()
    limits.outputBytes = 10
    #expect(Self.kind("{{ 'a' * 10 }}", limits) == nil)
    #expect(Self.kind("{{ 'a' * 11 }}", limits) == .limit)
    #expect(Self.kind("{{ '\u{e9}' * 6 }}", limits) == .limit)
    limits = RenderLimits()
    limits.steps = 100
    #expect(Self.kind("{% for i in range(10) %}a{% endfor %}", limits) == nil)
    #expect(Self.kind("{% for i in range(100) %}a{% endfor %}", limits) == .limit)
    limits = RenderLimits()
    limits.memoryBytes = 1000
    #expect(Self.kind("{{ ('a' * 1000)|length }}", limits) == .limit)
  }

  @Test func errorsSayWhere() throws {
    let source = "line one\r\n  {% if yes %}\n\u{1F600}{{ 1 + nothing.at.all }}{% endif %}"
    let template = try JinjaTemplate(source, name: "tokenizer_config.json")
    do throws(TemplateError) {
      _ = try template.render(["yes": true])
      Issue.record("no error")
    } catch {
      #expect(error.kind == .undefined)
      #expect(error.message == "'nothing' is undefined")
      #expect((error.line, error.column) == (3, 16))
      #expect(
        error.description == "tokenizer_config.json, line 3, column 16: 'nothing' is undefined")
      #expect(error.formatError.subject == "line 3, column 16")
    }
    do throws(TemplateError) {
      _ = try JinjaTemplate("a\n\n {% if %}", name: "x")
      Issue.record("no error")
    } catch {
      #expect(error.kind == .syntax)
      #expect((error.line, error.column) == (3, 8))
    }
    do throws(TemplateError) {
      _ = try JinjaTemplate("{{ raise_exception('Roles must alternate') }}").render([:])
      Issue.record("no error")
    } catch {
      #expect(error.kind == .raised)
      #expect(error.message == "Roles must alternate")
    }
  }
}
