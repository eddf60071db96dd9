"""Small templates, one behaviour each; see chat_templates.py."""

VARIABLES = {
    "yes": True, "no": False, "nothing": None, "one": 1, "ten": 10, "half": 0.5, "minus": -7,
    "word": "hello", "text": "  Hello, W\u00f6rld!\n\tBye  ", "empty": "", "greek": "\u039f\u0394\u039f\u03a3 \u03a3\u03a3",
    "odd": "a\u0301\u00e1\U0001f600\u00df\u01c5", "html": "<a href='x'>\"&\"</a>", "spaced": "a  b\tc\u00a0d",
    "list": [3, 1, 2], "words": ["pear", "Apple", "fig", "apple"], "mixed": [1, "a", None, True, 2.5, [1], {"k": 1}],
    "none_list": [], "nested": [[1, 2], [3, 4]], "map": {"b": 1, "a": 2, "items": "x", "C": None},
    "deep": {"a": {"b": [{"c": 5}]}}, "no_map": {},
    "people": [{"name": "Ann", "age": 30, "city": "Bern"}, {"name": "bob", "age": 25, "city": "Rome"},
               {"name": "Cid", "age": 30}],
    "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"},
                 {"role": "user", "content": "c"}],
    "tree": [{"v": 1, "kids": [{"v": 2, "kids": []}, {"v": 3, "kids": [{"v": 4, "kids": []}]}]}],
    "numbers": [0, 1, -1, 2.0, 1e16, 1e15, 123456789.125, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308, 0.1, 100.0],
}

EXPRESSIONS = """
1 + 2 * 3
(1 + 2) * 3
7 // 2
-7 // 2
7 // -2
7.5 // 2
-7.5 // 2
7 % 3
-7 % 3
7 % -3
-7.5 % 2
7.5 % -2
7 / 2
6 / 2
1 / 3
2 ** 10
2 ** -1
2 ** 3 ** 2
-2 ** 2
2 ** 0.5
9223372036854775807
1_000
0x1F
0b101
0o17
1e3
1.5e-7
1_0.5_0
1.0
1e16
123456789012345680.0
1e15
0.0001
0.00001
-0.0
0.1 + 0.2
100 * 1.1
3.0 * 2
10 / 5.0
-one
+one
-yes
- - one
-'a'
+nothing
not yes
not not yes
yes + yes
yes * 3
1 / 0
1 // 0
1 % 0
1.0 / 0
'a' + 'b'
'a' 'b' "c"
'a' + 1
1 + 'a'
'ab' * 3
3 * 'ab'
'ab' * 0
'ab' * -1
[1] + [2]
[1] + (2,)
(1,) + (2,)
[1, 2] * 2
2 * (1,)
'a' ~ 1 ~ none ~ true ~ 1.5 ~ [1, 'x']
1 ~ 2
unknown ~ 'x'
unknown + 1
1 + unknown
'a' + unknown
unknown
unknown.x
unknown['x']
unknown()
unknown == unknown2
unknown != 1
unknown < 1
unknown in [1]
1 in unknown
-unknown
[unknown]
unknown or 'x'
unknown and 'x'
not unknown
unknown if no
'x' if no
'x' if yes
('x' if no).y
'x' if no else 'y'
'a' if no else 'b' if no else 'c'
1 if 0 else 2 if 1 else 3
1 < 2 < 3
1 < 2 > 3
3 > 2 > 1 > 0
1 == 1.0 == true
1 == 1 in [1]
1 != 2 != 1
'a' < 'b'
'B' < 'a'
'a' < 1
[1, 2] < [1, 3]
[1] < [1, 0]
(1, 'a') < (1, 'b')
[1] < (1,)
none < 1
none == none
1 == true
0 == false
'1' == 1
[1, 2] == [1, 2]
[1] == (1,)
{'a': 1} == {'a': 1.0}
{'a': 1, 'b': 2} == {'b': 2, 'a': 1}
'a' in 'abc'
'' in 'abc'
1 in 'abc'
1 in [1, 2]
true in [1]
'a' not in ['b']
not 'a' in ['b']
'a' in map
'z' in map
[] in map
1 in none
2 in range(3)
'a' in map.keys()
1 in map.values()
('a', 2) in map.items()
yes and no
yes and 'x'
0 or '' or 'last'
1 and 2 or 3
no or no
none
None
True
false
true and none
[1, 'a', none, true, 1.5]
[]
[1, 2,]
()
(1,)
(1)
(1, 2)
1, 2
1,
{}
{'a': 1, 'b': [1, (2,)]}
{1: 'x', none: 2, true: 3}
{'a': 1, 'a': 2}
{1: 'a', true: 'b', 1.0: 'c'}
{[]: 1}
{(1, 2): 3}
{'a': 1,}
"it's"
['it\\'s', "q\\"q", 'both\\'"']
['a\\nb\\t\\\\']
['\u00e9\\x07\\u200b\U0001f600']
'\\x41\\u00e9\\U0001F600\\101\\d\\''
'a\\
b'
'\\q'
word[0]
word[-1]
word[10]
word[1:3]
word[:2]
word[2:]
word[:-1]
word[-3:]
word[::-1]
word[::2]
word[3:1]
word[3:0:-1]
word[10:]
word[:100]
word[-100:2]
word[none:2]
word[::0]
word['x']
list[0]
list[-1]
list[5]
list[5].x
list[1:]
list[::-1]
list[:]
list[1:][0]
list['a']
list.0
nested.1.0
nested[1][0]
list[true]
list[1.0]
(1, 2, 3)[1:]
range(5)[2]
map['a']
map.a
map['items']
map.missing
map.missing.x
map['missing']
map[1:2]
map[[]]
none.x
none.x.y
nothing['x']
one.x
deep.a.b[0].c
deep['a']['b'][0]['c']
deep.a.b.0.c
odd|length
odd[0]
odd[1]
odd[::-1]
greek|lower
odd|upper
odd|title
odd|capitalize
text|trim
text.strip()
text.lstrip()
text.rstrip()
text|trim|length
'xxaxx'.strip('x')
'xyaxy'.strip('xy')
'xxaxx'.lstrip('x')
'xxaxx'.rstrip('x')
'xxaxx'|trim('x')
'a\\u00a0'.strip()
'\\x1ca\\x1f'.strip()
'a,b,,c'.split(',')
'a,b,,c'.split(',', 1)
'a,b,,c'.rsplit(',', 1)
' a  b '.split()
' a  b  c '.split(none, 1)
' a  b  c '.rsplit(none, 1)
''.split()
''.split(',')
'abc'.split('')
spaced.split()
'a</think>b</think>c'.split('</think>')[-1]
'a</think>b'.split('</think>')[0].split('<think>')[-1].lstrip('\\n')
'a\\nb\\r\\nc\\rd'.splitlines()
'a\\nb\\n'.splitlines(true)
'a\\u2028b\\x0bc'.splitlines()
'k=v=w'.partition('=')
'k=v=w'.rpartition('=')
'kv'.partition('=')
'kv'.rpartition('=')
'hello'.startswith('he')
'hello'.startswith(('x', 'h'))
'hello'.startswith('l', 2)
'hello'.startswith('')
'hello'.startswith(1)
'hello'.startswith(['h'])
'hello'.endswith('lo')
'hello'.endswith(('x', 'o'))
'hello'.endswith('l', 0, 4)
'hello'.find('l')
'hello'.find('l', 3)
'hello'.find('z')
'hello'.rfind('l')
'hello'.find('')
'hello'.find('', 10)
'hello'.index('l')
'hello'.index('z')
'hello'.rindex('l')
'hello'.count('l')
'aaaa'.count('aa')
'abc'.count('')
'hello'.replace('l', 'L')
'hello'.replace('l', 'L', 1)
'aaa'.replace('', '-')
'aaa'.replace('', '-', 2)
'hello'.replace('z', 'y')
'hello'.replace(1, 2)
'hello'|replace('l', 1)
'hello'|replace('l', 'L', 1)
12321|replace(2, 'x')
'Hello World'.upper()
'Hello World'.lower()
"they're bill's x2y".title()
"they're bill's (x) [y] a-b"|title
'hELLO'.capitalize()
'\u01c4a'.capitalize()
'hELLO'|capitalize
'Hello'.swapcase()
'\u00df'.upper()
'\u0130'.lower()
'abc'.isalpha()
'abc1'.isalnum()
'123'.isdigit()
'\u00b2'.isdigit()
'\u00b2'.isdecimal()
'\u00bd'.isnumeric()
''.isdigit()
' \\t'.isspace()
'abc'.islower()
'ABC'.isupper()
'a1'.islower()
'1'.islower()
'Hello World'.istitle()
'abc'.isidentifier()
'1a'.isidentifier()
'abc'.isascii()
'42'.zfill(5)
'-42'.zfill(5)
'a'.center(4)
'ab'.center(5, '*')
'a'.ljust(3, '.')
'a'.rjust(3)
'a\\tb'.expandtabs(4)
'prefix-x'.removeprefix('prefix-')
'x-suffix'.removesuffix('-suffix')
', '.join(['a', 'b'])
','.join('abc')
', '.join([1])
', '.join([])
'-'.join(map.keys())
'{} {}'.format('a', 1)
'{1} {0}'.format('a', 1)
'{name}: {age:03d}'.format(name='x', age=7)
'{:>5}|{:<5}|{:^5}|{:*^7}'.format('a', 'b', 'c', 'd')
'{:.2f} {:10.3f} {:+d} {:,}'.format(3.14159, 2.5, 5, 1234567)
'{:x} {:#x} {:X} {:o} {:b} {:08b}'.format(255, 255, 255, 8, 5, 5)
'{:e} {:g} {:%} {:.1%}'.format(12345.678, 0.0001, 0.25, 0.125)
'{:.3} {:.3}'.format('abcdef', 3.14159)
'{!r} {!s}'.format('a', 'b')
'{0[0]} {0[1]}'.format([1, 2])
'{a[x]} {a.x}'.format(a={'x': 5})
'{{}} {}'.format(1)
'{:{}}|'.format('a', 4)
'{} {}'.format('a')
'{x}'.format(y=1)
'{'.format()
'}'.format()
'{:d}'.format('a')
'{:d}'.format(1.5)
'{:s}'.format(1)
'{}'.format(none)
'{} {} {}'.format([1], {'a': 'b'}, true)
'%s is %d' % ('a', 3)
'%s' % 'x'
'%s' % 5
'%5.2f|%-5s|%05d|%+d' % (3.14159, 'a', 42, 7)
'%x %X %o %e %g %%' % (255, 255, 8, 1.5, 0.5)
'%(a)s %(b)s' % {'a': 1, 'b': 2}
'%r' % 'x'
'%s %s' % ('a',)
'%s' % ('a', 'b')
'%d' % 'a'
'%d' % 3.7
'%c%c' % ('a', 66)
'%s' % [1, 2]
'%s' % none
'%.2s' % 'abc'
'%s %s'|format('a', 'b')
'%(x)s'|format(x=1)
'a %s' % unknown
map.get('a')
map.get('z')
map.get('z', 'd')
map.get('C', 'd')
map.keys()
map.values()
map.items()
map.keys()|list
map.values()|list
map.items()|list
map|items|list
map|list
map|length
map.copy()
map.update({})
map.pop('a')
map.setdefault('q', 1)
map.update is defined
list.append(1)
list.append is defined
list.index(1)
list.index(9)
list.count(1)
list.copy()
(1, 2, 1).count(1)
(1, 2).index(2)
(1.0).is_integer()
''.__class__
map.__class__.__name__
[1].__len__()
word|length
list|length
none_list|length
5|length
none|length
unknown|length
range(3)|length
map.items()|length
list|first
list|last
none_list|first
none_list|last
word|first
word|last
unknown|first
map|first
map|last
list|sort
list|sort(reverse=true)
words|sort
words|sort(case_sensitive=true)
mixed|sort
people|sort(attribute='age')|map(attribute='name')|list
people|sort(attribute='age,name', reverse=true)|map(attribute='name')|list
people|map(attribute='city')|list
people|map(attribute='city', default='?')|join(', ')
people|map('upper')|list
words|map('upper')|join(' ')
words|map('replace', 'p', 'P')|list
words|map('length')|list
words|map('default', 'x')|list
words|map('nofilter')|list
none_list|map('nofilter')|list
list|map|list
words|map(attribute=0)|list
deep|map(attribute='a.b')|list
[deep]|map(attribute='a.b.0.c')|list
list|select('odd')|list
list|select|list
mixed|select|list
mixed|reject|list
mixed|select('string')|list
mixed|select('number')|list
list|select('gt', 1)|list
list|select('>', 1)|list
list|reject('even')|list
list|select('in', [1, 2])|list
list|select('notest')|list
people|selectattr('age', 'equalto', 30)|map(attribute='name')|list
people|selectattr('age', '==', 25)|list
people|selectattr('city')|map(attribute='name')|list
people|selectattr('city', 'defined')|map(attribute='name')|list
people|selectattr('city', 'undefined')|map(attribute='name')|list
people|rejectattr('city')|map(attribute='name')|list
people|rejectattr('age', 'eq', 30)|map(attribute='name')|list
people|selectattr|list
messages|selectattr('role', 'equalto', 'user')|list|length
messages|selectattr('role', 'equalto', 'user')|length
messages|selectattr('role', 'in', ['user'])|map(attribute='content')|join('+')
messages|map(attribute='role')|unique|list
words|unique|list
words|unique(case_sensitive=true)|list
people|unique(attribute='age')|map(attribute='name')|list
[[1], [1]]|unique|list
[1, 1.0, true, 'a']|unique|list
list|reverse|list
list|reverse|first
word|reverse
5|reverse
list|join
list|join(', ')
list|join('-', attribute='x')
people|join(', ', attribute='name')
word|join('-')
mixed|join('|')
none|join
unknown|join(',')
list|sum
numbers|sum
people|sum(attribute='age')
list|sum(start=10)
none_list|sum
words|sum
list|min
list|max
words|min
words|max
none_list|min
people|max(attribute='age')
people|min(attribute='age')|string
list|batch(2)|list
list|batch(2, 'x')|list
range(7)|slice(3)|list
range(7)|slice(3, 'x')|list
range(7)|slice(0)|list
people|groupby('age')|list
map|dictsort
map|dictsort(true)
map|dictsort(by='value')
{'a': 2, 'b': 1}|dictsort(by='value')
{'a': 2, 'b': 1}|dictsort(false, 'key', true)
{1: 'a', 'b': 2}|dictsort
map|dictsort(by='x')
list|dictsort
word|list
unknown|list
5|list
none|list
5|string
none|string
unknown|string
[1, 'a']|string
5|string + 'x'
'5'|int + 1
'5.7'|int
' 12 '|int
'abc'|int
'abc'|int(-1)
'abc'|int(default=7)
'0x1f'|int(base=16)
'1f'|int(base=16)
'0b11'|int(base=0)
'1_000'|int
5.9|int
-5.9|int
none|int
yes|int
[]|int
unknown|int
'1e3'|int
'inf'|int
'nan'|int
'3.5'|float
'abc'|float
'abc'|float(1.5)
3|float
none|float
'1e3'|float
'inf'|float
'-inf'|float
'0x10'|float
2.5|round
3.5|round
2.675|round(2)
1234.5|round(-2)
1234|round(-2)
5|round
2.4|round(method='ceil')
2.46|round(1, 'floor')
5|round(0, 'ceil')
1.5|round(method='x')
'a'|round
-5|abs
-5.5|abs
'a'|abs
unknown|abs
unknown|default('x')
none|default('x')
none|default('x', true)
''|default('x', boolean=true)
0|default('x')
unknown|default
unknown|d('y')
unknown.x|default('z')
map.zz|default('z')
none.x|default('z')
word|upper
word|lower
unknown|upper
5|upper
none|lower
none|upper
html|escape
html|e
html|safe
html|safe|e
html|forceescape
(html|safe) + '<b>'
'<b>' + (html|safe)
(html|safe) ~ '<b>'
('<'|safe) * 2
(html|safe).upper()
('a'|safe).join(['<', '>'])
('<a>'|safe).replace('a', '<')
[html|safe]
(word|safe) is string
word|safe is escaped
'a\\nb'|indent
'a\\nb'|indent(2)
'a\\n\\nb'|indent(2)
'a\\n\\nb'|indent(2, true)
'a\\n\\nb'|indent(2, blank=true)
'a\\nb'|indent('> ', true)
'a\\nb\\n'|indent(2)
''|indent(2, true)
5|indent
'hello world foo'|truncate(11)
'hello world foo'|truncate(9)
'hello world foo'|truncate(9, true)
'hello world foo'|truncate(9, false, '!', 0)
'hello'|truncate(2)
'hello world'|center(20)
'one two-three four_5'|wordcount
'a b/c?d=\u00e9'|urlencode
map|attr('a')
map|tojson
list|tojson
mixed|tojson
html|tojson
odd|tojson
odd|tojson(true)
odd|tojson(ensure_ascii=true)
numbers|tojson
numbers
deep|tojson(indent=2)
deep|tojson(indent=0)
deep|tojson(indent='--')
none_list|tojson(indent=2)
no_map|tojson(indent=2)
map|tojson(separators=(',', ':'))
map|tojson(indent=1, separators=(',', ' = '))
map|tojson(sort_keys=true)
map|tojson(false, 4)
{1: 2, none: 3, true: 4, 1.5: 5}|tojson
(1, 2)|tojson
'a\\x01\\x7f\\u2028\\b\\f\\n\\r\\t"\\\\/'|tojson
'\\x7f'|tojson(true)
none|tojson
unknown|tojson
map.keys()|tojson
[unknown]|tojson
range(3)|tojson
1e400|tojson
word|nofilter
word is notest
word|nofilter if no
'x' if yes else word|nofilter
range(5)|list
range(1, 5)|list
range(5, 1, -2)|list
range(0)|list
range(1, 10, 0)
range(100001)|length
range(100000)|length
range(3)
range(1, 9, 2)
range('a')
range(2.0)
dict(a=1, b=2)
dict([('a', 1)])
dict(map, z=1)
dict()
namespace(a=1).a
namespace(a=1).b
namespace(a=1)
namespace({'x': 2}).x
namespace(_a=1)
one is defined
unknown is defined
unknown is not defined
unknown is undefined
map.zz is defined
map.zz.y is defined
unknown.x is defined
none is none
unknown is none
one is none
word is string
5 is string
none is string
map is mapping
list is mapping
list is iterable
word is iterable
5 is iterable
none is iterable
unknown is iterable
map is iterable
map.items() is iterable
list is sequence
word is sequence
map is sequence
map.items() is sequence
(list|reverse) is sequence
range(2) is sequence
unknown is sequence
none is sequence
5 is number
5.5 is number
yes is number
'5' is number
5 is integer
yes is integer
5.0 is integer
5.0 is float
yes is boolean
1 is boolean
yes is true
1 is true
no is false
0 is false
none is false
5 is odd
4 is even
'a' is odd
9 is divisibleby 3
9 is divisibleby(2)
5 is divisibleby 0
'abc' is lower
'ABC' is upper
1 is eq 1
1 is equalto 1.0
1 is ne 2
2 is gt 1
2 is ge 2
1 is lt 2
1 is le 1
1 is greaterthan 0
1 is lessthan 0
1 is sameas 1
1 is sameas true
none is sameas none
1 is in [1, 2]
1 is not in [1, 2]
'a' is in 'abc'
5 is callable
range is callable
word.upper is callable
unknown is callable
'upper' is filter
'nofilter' is filter
'odd' is test
not word is string
word is not string
word is string and one is number
word is string or unknown is defined
one is defined is defined
word is string if yes else 'n'
1 is eq 1 + 1
2 + 3|abs
-5|abs
(-5)|abs
2 * 3|string
'a' ~ 'b'|upper
word|upper|lower|title
word | upper
word.upper().lower()
(word|upper)[0]
word|upper[0]
list|first + 1
'%s' % word|upper
'a' if word else 'b'|upper
[1, 2][0]
{'a': 1}.a
{'a': 1}['a']
'abc'[0]
(1, 2)[0]
cycler('a', 'b').next()
raise_exception('no ' ~ word)
raise_exception()
raise_exception(5)
strftime_now('%Y-%m-%d')
strftime_now('%d %b %Y')
strftime_now('%B %-d, %Y %H:%M:%S %A %a %j %p %I %y %% %f')
strftime_now('%z|%Z|%e|%U|%F|%T')
strftime_now()
map.get()
word.upper(1)
word.nomethod()
word()
5()
(1)(2)
[*list]
range(*[1, 4])|list
dict(**{'a': 1})
dict(**map)
word.split(sep='l')
word.split('l', maxsplit=1)
f(a=1, 2)
1 +
(1
[1
{1: }
{'a' 1}
1 2
'a' 'b' 1
a b
.5
5.
1..2
a.
a.1b
a[
a[]
a[1,2]
list[0, 1]
map[1,]
$
a ? b
a ! b
'unterminated
"bad \\x1"
"bad \\u12"
a | 
a is
not
if
a if
01
00
0_0
1__0
1 if yes else
a = 1
;
=
{{
*list
@
# x
`a`
a := 1
lambda
yes.no
true.x
none()
'\u00e9\u0301' == '\u00e9\u0301'
'\u00e9' == 'e\u0301'
'\u00e9'|length
'e\u0301'|length
{'\u00e9': 1}['e\u0301']
'\\r\\n'|length
'a\\r\\nb'[1]
"\U0001f468\u200d\U0001f469"|length
'\u03a3'.lower()
'\u00df'.title()
'\ufb01x'.capitalize()
'\ufb01x'.title()
'%5s|' % '\u00e9'
[1, [2, (3, {'a': [none, 1.0]})]]
word.upper() if word is defined and word else ''
(messages|first).role
messages[-1]['content']
messages[0].role == 'user' and messages[1].role != 'user'
(messages|length - 1) == 2
messages[1:]|map(attribute='content')|list
messages|selectattr('role', 'ne', 'user')|first
loop is defined
"a" is in "abc" and "b" in "abc"
10 % 3 == 1
one + ten * half
ten // 3 * 3 + ten % 3
1e2|int
1.5|string ~ 2|string
true|string
true ~ ''
[true, none]|string
"é" < "z"
nested|sum(start=[])
'a' < none
[1] == [true]
map == map.copy()
people[0] == {'name': 'Ann', 'age': 30, 'city': 'Bern'}
{'x': unknown}
(unknown,)
list[unknown]
map[unknown]
list[:unknown]
'a' in unknown
none in [none]
[] or {} or 'x'
1 and unknown
map.items()|first
map.items()|sort
map.items()|map('first')|list
map.items()|map('last')|list
map.items()[0]
map.keys()[0]
map.keys() == ['b', 'a', 'items', 'C']
list|map('string')|join
'abc'|map('upper')|list
range(3)|map('string')|list
words|map('trim', 'a')|list
words|map('truncate', length=3, killwords=true, end='', leeway=0)|list
words|select('startswith', 'a')|list
""".strip("\n").split("\n")


def joined(expressions):
    """A line that ends in a backslash goes on in the next one."""
    result = []
    for line in expressions:
        if result and result[-1].endswith("\\"):
            result[-1] += "\n" + line
        else:
            result.append(line)
    return result


STATEMENTS = [
    # Whitespace control.
    "a\n{% if yes %}\nb\n{% endif %}\nc\n", "a\n  {% if yes %}  \nb\n  {% endif %}\nc", "a {%- if yes -%} b {%- endif -%} c",
    "a\n  {%- if yes %}\n  b\n  {%- endif %}\n  c", "a  {%+ if yes %}b{% endif %}", "  {%+ if yes %}b{%+ endif %}  ",
    "x\n  {% if yes +%}\nb{% endif %}", "{{ 'a' }}\n{{ 'b' }}\n", "{{ 'a' -}}\n  {{- 'b' }}\n\n", " {{- 1 -}} ", "{{-1}}",
    "{{+1}}", "{{ -1 }}", "{{ - 1 }}", "a\n\n", "a\n\n\n", "\n", "", "a\r\nb\rc\n", "{# c #}\na", "  {# c #}\na", "a {#- c -#} b",
    "a\n {#+ c +#}\nb", "{# {{ x }} {% if %} #}a", "{# a", "{#", "{%", "{{", "{{ a", "{% if", "{% if yes", "{% if yes %}",
    "a { b } {a} {1", "}} %} #}", "{% raw %}{{ a }}{% if %}{% endraw %}", "a\n  {% raw %}\n  {{ a }}\n  {% endraw %}\nb",
    "{%- raw -%}  {{ x }}  {%- endraw -%}  b", "{% raw %}a", "{% raw %}{% raw %}{% endraw %}", "  {%+ raw %} x {%+ endraw %} y",
    "{% raw +%}x{% endraw %}", "{%raw%}{%x%}{%endraw%}z", "x\n\t {% set a = 1 %}\n y", "x{% set a = 1 %}\n y", "x {% set a = 1 %}\n y",
    "{% set a = 1 %}{% set b = 2 %}\n{{ a }}{{ b }}", "{% if yes %}\n\n  a\n{% endif %}", "\n\n{% if yes %}\n\na", "{{ '{{' }}{{ '}}' }}{{ '%}' }}",
    "{{ {'a': {'b': 1}} }}", "{{ {'a': {'b': 1}}}}", "{% set x = {'a': 1} %}{{ x }}", "\u3000{% if yes %}a{% endif %}", "a\u00a0{%- if yes %} b{% endif %}",
    "{%if yes%}a{%endif%}", "{% if yes: %}a{% endif %}", "a{# x #}\nb\n {# y #} \nc", "{{ 'a\nb' }}", "{{\n1\n}}\n", "{%\nif yes\n%}\nb{% endif\n%}",
    "{% if yes -%}\n\n a{% endif %}", "{% if no %}a{%- else %} b{%- endif %} c", "{{ '-%}' }}{%- if '-%}' -%} x{% endif %}",
    # Conditions.
    "{% if one > 0 %}a{% elif one %}b{% else %}c{% endif %}", "{% if no %}a{% elif one %}b{% else %}c{% endif %}", "{% if no %}a{% elif no %}b{% else %}c{% endif %}",
    "{% if unknown %}a{% endif %}", "{% if not unknown %}a{% endif %}", "{% if unknown.x %}a{% endif %}", "{% if 'a' in word or 'h' in word %}y{% endif %}",
    "{% if no %}{{ word|nofilter }}{% endif %}x", "{% if yes %}{{ word|nofilter }}{% endif %}x", "{% if no %}{% for x in list %}{{ x|nofilter }}{% endfor %}{% endif %}",
    "{% if no %}{{ 1 is notest }}{% endif %}", "{% if word is notest %}a{% endif %}", "{% if 1, %}a{% endif %}", "{% if %}{% endif %}", "{% else %}", "{% endif %}",
    "{% if yes %}{% endfor %}", "{% if yes %}{% else %}{% elif %}{% endif %}", "{% unknown %}", "{% 1 %}", "{% %}", "{% if yes %}{% if yes %}{% endif %}",
    # Loops.
    "{% for x in list %}{{ x }},{% endfor %}", "{% for x in none_list %}{{ x }}{% else %}none{% endfor %}", "{% for x in unknown %}a{% else %}b{% endfor %}",
    "{% for x in nothing %}a{% endfor %}", "{% for x in 5 %}a{% endfor %}", "{% for x in unknown.y %}a{% endfor %}", "{% for c in 'h\u00e9' %}[{{ c }}]{% endfor %}",
    "{% for k in map %}{{ k }},{% endfor %}", "{% for k, v in map.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k, v in map|items %}{{ k }}={{ v }};{% endfor %}",
    "{% for k, v in map|dictsort %}{{ k }}={{ v }};{% endfor %}", "{% for a, b in nested %}{{ a }}{{ b }} {% endfor %}", "{% for (a, b) in nested %}{{ a }}{{ b }} {% endfor %}",
    "{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "{% for a, b, c in nested %}{% endfor %}", "{% for a, b in list %}{% endfor %}",
    "{% for a, b in ['xy', 'zw'] %}{{ b }}{{ a }}{% endfor %}", "{% for x in 1, 2, 3 %}{{ x }}{% endfor %}", "{% for x in (1, 2) %}{{ x }}{% endfor %}",
    "{% for x in list %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }} {% endfor %}",
    "{% for x in list %}{{ loop.previtem }}-{{ loop.nextitem }};{% endfor %}", "{% for x in list %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }} {% endfor %}",
    "{% for x in list %}{{ loop.nextitem.x }}{% endfor %}", "{% for x in list %}{{ loop.cycle('a', 'b') }}{% endfor %}", "{% for x in list %}{{ loop.cycle() }}{% endfor %}",
    "{% for x in [1, 1, 2, 2, 1] %}{{ loop.changed(x) }} {% endfor %}", "{% for x in list %}{{ loop.depth }}{{ loop.depth0 }}{% endfor %}", "{% for x in list %}{{ loop.foo }}{% endfor %}",
    "{% for x in list if x > 1 %}{{ x }}{{ loop.index }}{{ loop.length }}{{ loop.last }} {% endfor %}", "{% for x in list if x > 5 %}{{ x }}{% else %}e{% endfor %}",
    "{% for m in messages if m.role == 'user' %}{{ m.content }}{{ loop.last }}{% endfor %}", "{% for x in list|select('gt', 1) %}{{ x }}{{ loop.last }}{% endfor %}",
    "{% for x in list|select('gt', 1) %}{{ loop.length }}{{ loop.revindex }}{{ x }} {% endfor %}", "{% for x in list if loop.index %}{% endfor %}",
    "{% for x in nested %}{% for y in x if loop.first %}{{ y }}{% endfor %}{% endfor %}", "{% for x in nested %}{% set outer = loop %}{% for y in x %}{{ outer.index }}{{ loop.index }} {% endfor %}{% endfor %}",
    "{% for x in list %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% endfor %}", "{% for x in list %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}",
    "{% for x in list %}{% break %}{% else %}e{% endfor %}", "{% for x in list %}{% continue %}{% else %}e{% endfor %}", "{% for x in list %}{{ x }}{% if x == 1 %}{% break %}{% endif %}{% else %}e{% endfor %}",
    "{% break %}", "{% for x in list %}{% macro m() %}{% break %}{% endmacro %}{% endfor %}", "{% for x in nested %}{% for y in x %}{% break %}{% endfor %}{{ x }}{% endfor %}",
    "{% for x in list %}{% with a = x %}{% if a == 1 %}{% break %}{% endif %}{{ a }}{% endwith %}{% endfor %}",
    "{% for n in tree recursive %}{{ n.v }}{{ loop.depth }}{% if n.kids %}({{ loop(n.kids) }}){% endif %}{% endfor %}",
    "{% for n in tree recursive %}{{ n.v }}{{ loop(n.kids)|upper }}{% else %}.{% endfor %}", "{% for x in list %}{{ loop(list) }}{% endfor %}",
    "{% for x in list recursive %}{{ x }}{% endfor %}", "{% for x in list if x > 1 recursive %}{{ x }}{% endfor %}", "{% for x in range(3) %}{{ x }}{% endfor %}", "{% for x in list %}",
    "{% for x %}{% endfor %}", "{% for in list %}{% endfor %}", "{% for 1 in list %}{% endfor %}", "{% for x.y in list %}{% endfor %}", "{% for true in list %}{% endfor %}",
    "{% for x in list|reverse %}{{ x }}{% endfor %}", "{% for x in list[::-1] %}{{ x }}{% endfor %}", "{% for x in list|sort|reverse %}{{ x }}{{ loop.length }}{% endfor %}",
    "{% for x in list if x is odd %}{{ x }}{% endfor %}", "{% for x in list if yes else none_list %}{{ x }}{% endfor %}", "{% for x in (list if yes else none_list) %}{{ x }}{% endfor %}",
    "{% set g = list|map('string') %}{{ g|list }}{{ g|list }}", "{% set g = list|select %}{{ g|first }}{{ g|list }}", "{% set g = list|reverse %}{% for x in g %}{{ x }}{% endfor %}{{ g|list }}",
    "{% for a in list %}{{ a }}{% for b in list %}{% endfor %}{{ loop.index }}{% endfor %}{{ loop is defined }}",
    # Scopes.
    "{% set x = 1 %}{% for i in list %}{% set x = i %}{{ x }}{% endfor %}{{ x }}", "{% for i in list %}{% set y = i %}{% endfor %}{{ y }}", "{% for i in list %}{{ q }}{% set q = i %}{{ q }};{% endfor %}",
    "{% set ns = namespace(x=0) %}{% for i in list %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}", "{% set ns = namespace() %}{% set ns.a = 1 %}{{ ns.a }}{{ ns.b }}", "{% set ns = namespace(a=[]) %}{% set ns.a = ns.a + [1] %}{{ ns }}",
    "{% set map.x = 1 %}", "{% set unknown.x = 1 %}", "{% set ns = namespace() %}{% set ns._x = 1 %}", "{% set ns = namespace() %}{% set ns.a.b = 1 %}", "{% if yes %}{% set z = 1 %}{% endif %}{{ z }}",
    "{% if no %}{% set z = 1 %}{% endif %}{{ z is defined }}", "{% for i in list %}{% if yes %}{% set z = i %}{% endif %}{{ z }}{% endfor %}{{ z is defined }}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set a, b = b, a %}{{ a }}",
    "{% set a = b = 1 %}", "{% set (a, b) = (1, 2) %}{{ b }}", "{% set a, b = [1] %}", "{% set a = 1, %}{{ a }}", "{% set a %}x{{ one }}{% endset %}{{ a }}{{ a is string }}", "{% set a | upper %}x{% endset %}{{ a }}",
    "{% set a | replace('x', 'y') | upper %}x{% endset %}{{ a }}", "{% set a %}{% set inner = 1 %}{% endset %}{{ inner is defined }}", "{% set a %}\n  x\n{% endset %}[{{ a }}]", "{% set word = word ~ '!' %}{{ word }}", "{% set true = 1 %}",
    "{% set ns = namespace(s='') %}{% for m in messages %}{% if m.role == 'user' %}{% set ns.s = ns.s ~ m.content %}{% endif %}{% endfor %}{{ ns.s }}", "{% for x in list %}{% set ns = namespace(v=x) %}{{ ns.v }}{% endfor %}{{ ns is defined }}",
    "{% set ns = namespace(found=false) %}{% for m in messages if not ns.found %}{% if m.role == 'assistant' %}{% set ns.found = true %}{% endif %}{{ m.content }}{% endfor %}",
    "{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a is defined }}", "{% with a = 1, b = a %}{{ b }}{% endwith %}", "{% with %}{% set q = 1 %}{{ q }}{% endwith %}{{ q is defined }}", "{% set a = 5 %}{% with a = 1, b = a %}{{ b }}{% endwith %}",
    "{% set loop = 1 %}{{ loop }}", "{% for loop in list %}{% endfor %}", "{% for x in list %}{% set loop = 1 %}{% endfor %}", "{% set x = 1 %}{% if yes %}{% set x = 2 %}{% endif %}{{ x }}", "{% set range = 1 %}{{ range }}", "{% set messages = messages[1:] %}{{ messages|length }}",
    "{% if messages[0].role == 'user' %}{% set loop_messages = messages[1:] %}{% else %}{% set loop_messages = messages %}{% endif %}{{ loop_messages|length }}",
    # Macros.
    "{% macro m(a, b=2) %}{{ a }}-{{ b }};{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(b=5, a=4) }}{{ m() }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(c=2) }}",
    "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}", "{% macro m(a) %}{{ a }}{{ varargs|join(',') }}{% endmacro %}{{ m(1, 2, 3) }}", "{% macro m(a, b=a) %}{{ b }}{% endmacro %}{{ m(7) }}", "{% macro m(a=1, b) %}{% endmacro %}",
    "{{ m(1) }}{% macro m(a) %}{{ a }}{% endmacro %}", "{% macro m() %}{{ late }}{% endmacro %}{% set late = 1 %}{{ m() }}", "{% macro m() %}{{ x }}{% endmacro %}{% for x in list %}{{ m() }}{% endfor %}", "{% macro m(x) %}{% set x = x + 1 %}{{ x }}{% endmacro %}{% set x = 5 %}{{ m(x) }}{{ x }}",
    "{% macro fact(n) %}{% if n <= 1 %}1{% else %}{{ n * fact(n - 1)|int }}{% endif %}{% endmacro %}{{ fact(5) }}", "{% macro m() -%}\n  a\n{%- endmacro %}[{{ m() }}]", "{% macro m() %}<b>{% endmacro %}{{ m() is string }}{{ m()|length }}{{ m() ~ '' }}",
    "{% for x in list %}{% macro m() %}{{ x }}{% endmacro %}{{ m() }}{% endfor %}", "{% macro m(a) %}{{ a.x }}{% endmacro %}{{ m() }}", "{% macro m(a) %}{{ a is defined }}{% endmacro %}{{ m() }}{{ m(none) }}", "{% macro m %}{% endmacro %}", "{% macro (a) %}{% endmacro %}",
    "{% macro m(x) %}[{{ caller() }}{{ x }}]{% endmacro %}{% call m(1) %}body{% endcall %}", "{% macro m() %}{{ caller(1, 2) }}{% endmacro %}{% call(a, b) m() %}{{ a }}+{{ b }}{% endcall %}", "{% macro m() %}x{% endmacro %}{% call m() %}b{% endcall %}", "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{% if caller is defined %}c{{ caller() }}{% else %}n{% endif %}{% endmacro %}{{ m() }}{% call m() %}b{% endcall %}", "{% call word %}{% endcall %}", "{% macro m() %}{{ caller() }}{% endmacro %}{% set v = 1 %}{% call m() %}{{ v }}{% set v = 2 %}{% endcall %}{{ v }}",
    "{% macro m(a, b='x', c=none) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m('q', c=[1]) }}", "{% macro m() %}{{ m.name }}{{ m.arguments }}{% endmacro %}{{ m() }}", "{{ m }}{% macro m() %}{% endmacro %}", "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}B{% endmacro %}{{ a() }}",
    "{% if no %}{% macro m() %}1{% endmacro %}{% endif %}{{ m() }}", "{% macro m(x) %}{{ x|nofilter }}{% endmacro %}", "{% macro m(d) %}{% for k, v in d.items() %}{{ k }}{% if v is mapping %}({{ m(v) }}){% endif %}{% endfor %}{% endmacro %}{{ m(deep) }}",
    # Other blocks.
    "{% filter upper %}a{{ word }}{% endfilter %}", "{% filter replace('a', 'b')|upper %}aa{% endfilter %}", "{% filter nofilter %}a{% endfilter %}", "{% generation %}a{{ word }}{% endgeneration %}", "a\n{% generation %}\n  b\n{% endgeneration %}\nc", "{% generation %}{% set g = 1 %}{% endgeneration %}{{ g is defined }}",
    "{% for x in list %}{% generation %}{{ x }}{{ loop.index }}{% endgeneration %}{% endfor %}", "{%- generation -%} a {%- endgeneration -%} b", "{% block a %}x{% endblock %}", "{% block a %}x{% endblock a %}{% set q = 1 %}", "{% print word %}", "{% print 1, 2 %}", "{% include 'x' %}", "{% import 'x' as y %}", "{% extends 'x' %}", "{% from 'x' import y %}",
    "{% if no %}{% include 'x' %}{% endif %}a", "{% do list.append(1) %}", "{% set x = list.append(1) %}", "{% set x = namespace(l=[]) %}{% set _ = x.l.append(1) %}", "{% set _ = map.update({'a': 1}) %}", "{% trans %}a{% endtrans %}", "{% while yes %}{% endwhile %}",
    "{% set j = joiner(', ') %}{% for x in list %}{{ j() }}{{ x }}{% endfor %}", "{% set c = cycler('a', 'b') %}{% for x in list %}{{ c.next() }}{% endfor %}{{ c.current }}{% set _ = c.reset() %}{{ c.current }}", "{{ raise_exception('a') if no else 'fine' }}", "{% if yes %}{{ raise_exception('Roles must \"alternate\"\\n\u00e9') }}{% endif %}",
    "a{{ 1/0 }}", "{% set a = 1/0 %}", "{% macro m() %}{{ 1/0 }}{% endmacro %}x", "{% for x in list %}{{ x }}{{ raise_exception('at ' ~ x) }}{% endfor %}", "{{ none }}{{ true }}{{ 1.0 }}{{ [] }}{{ {} }}", "{{ 'a' }}{{ unknown }}{{ 'b' }}",
    "{% set content = messages[0]['content'] | trim + '!' %}{{ content }}", "{{- bos_token | default('<s>') }}{% for m in messages %}{{ '<|' ~ m.role ~ '|>\\n' ~ m['content'] | trim ~ '<|end|>\\n' }}{% endfor %}{% if add_generation_prompt is not defined %}{{ '<|assistant|>\\n' }}{% endif %}",
    "{%- for m in messages %}\n    {%- if m.role == 'user' %}\n        {{- '[INST]' + m.content + '[/INST]' }}\n    {%- elif m.role == 'assistant' %}\n        {{- ' ' + m.content }}\n    {%- endif %}\n{%- endfor %}\n",
    "{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('alternate') }}{% endif %}{{ m.content }}{% endfor %}", "{% set tools = tools if tools is defined else none %}{{ tools is none }}", "{%- set ns = namespace(i=messages|length - 1) %}{% for m in messages[::-1] %}{% set index = (messages|length - 1) - loop.index0 %}{{ index }}{{ m.content }}{% endfor %}",
]

CASES = ["{{ " + expression + " }}" for expression in joined(EXPRESSIONS)] + STATEMENTS
