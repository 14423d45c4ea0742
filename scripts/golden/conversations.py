"""Golden values for conversations of every kind, from transformers: python scripts/golden/conversations.py

Writes tests/golden/conversations.json: chat templates that read further fields of messages, tools and their calls, and what transformers'
apply_chat_template makes of conversations in them, asked and answered; null where it raises an error.
"""
import json
import os

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, '../../tests/golden')

HEAD = "{%- for m in messages %}{{- '<|im_start|>' + m.role + '\\n' }}"
TAIL = "{{- '<|im_end|>\\n' }}{%- endfor %}{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"

TEMPLATES = {
    # Thoughts under the standard name, calls from structures
    'reasoning': HEAD + "{%- if m.reasoning_content %}{{- '<think>' + m.reasoning_content + '</think>' }}{%- endif %}{{- m.content or '' }}"
    "{%- for c in m.tool_calls or [] %}{{- '<call>' + c.function.name + ' ' + (c.function.arguments | tojson) + '</call>' }}{%- endfor %}" + TAIL,
    # The older name, and further fields
    'thinking': HEAD + "{%- if m.thinking is defined %}{{- '[' + m.thinking + ']' }}{%- endif %}{%- if m.tool_plan %}{{- m.tool_plan + '|' }}{%- endif %}"
    "{%- if m.name %}{{- m.name + ': ' }}{%- endif %}{%- if m.tool_call_id %}{{- '#' + m.tool_call_id + ' ' }}{%- endif %}{{- m.content or '' }}" + TAIL,
    # Arguments as JSON in a text, as DeepSeek R1; opens a thought
    'text arguments': "{%- for m in messages %}{%- if m.tool_calls is defined %}{%- for c in m.tool_calls %}{{- 'call ' + c['function']['name'] + '\\n' + c['function']['arguments'] + '\\n' }}"
    "{%- endfor %}{%- else %}{{- m.role + ': ' + m.content + '\\n' }}{%- endif %}{%- endfor %}{%- if add_generation_prompt %}{{- 'assistant: <think>\\n' }}{%- endif %}",
    # Arguments either way
    'either': HEAD + "{{- m.content or '' }}{%- for c in m.tool_calls or [] %}{%- set a = c.function.arguments %}{{- c.function.name + '(' }}"
    "{%- if a is string %}{{- a }}{%- else %}{{- a | tojson }}{%- endif %}{{- ')' }}{%- endfor %}" + TAIL,
    # Arguments one by one, as GLM and Qwen 3 Coder
    'items': HEAD + "{{- m.content or '' }}{%- for c in m.tool_calls or [] %}{{- '<' + c.function.name + '>' }}{%- for k, v in c.function.arguments.items() %}"
    "{{- k + '=' }}{{- v if v is string else v | tojson }}{{- ';' }}{%- endfor %}{%- endfor %}" + TAIL,
    # Prints a structure as Python does, and tools
    'printed': "{%- if tools %}{{- 'TOOLS ' }}{{- tools }}{{- '\\n' }}{%- endif %}" + HEAD + "{{- m.content or '' }}{%- for c in m.tool_calls or [] %}{{- c.function.arguments }}{%- endfor %}" + TAIL,
    # By name
    'named': {
        'default': HEAD + "{{- m.content or '' }}" + TAIL,
        'tool_use': "{{- tools | tojson(indent=2) + '\\n' }}" + HEAD + "{{- m.content or '' }}{%- for c in m.tool_calls or [] %}{{- c.function | tojson }}{%- endfor %}" + TAIL,
        'rag': "{{- 'RAG' }}",
    },
}


def turn(role, content=None, **fields):
    return {'role': role, 'content': content, **fields}


def call(arguments, **fields):
    return turn('assistant', None, tool_calls=[{'id': 'c1', 'type': 'function', 'function': {'name': 'tide', 'arguments': arguments}}], **fields)


TOOL = {'type': 'function', 'function': {'name': 'tide', 'description': 'Height of the <tide>', 'parameters': {'type': 'object', 'properties': {'level': {'type': 'number', 'minimum': 0.5}}, 'required': []}}}
ARGUMENTS = {'city': "Zoë's", 'level': 1.0, 'id': 20240615000123456789, 'small': 1e-7, 'big': 1e22, 'deep': {'list': [1, 2.5, True, None]}}
CONVERSATIONS = [
    ('a thought', [turn('user', 'Hi'), turn('assistant', 'Hello', reasoning_content='They greet.')], None),
    ('a thought named thinking', [turn('user', 'Hi'), turn('assistant', 'Hello', thinking='They greet.')], None),
    ('a thought named reasoning', [turn('user', 'Hi'), turn('assistant', 'Hello', reasoning='They greet.')], None),
    ('a thought of null', [turn('user', 'Hi'), turn('assistant', 'Hello', reasoning_content=None, name=None)], None),
    ('further fields', [turn('user', 'Hi', name='Bo'), turn('assistant', 'Hello', tool_plan='Look it up.', other={'a': 1})], None),
    ('arguments as a structure', [turn('user', 'Tide?'), call(ARGUMENTS), turn('tool', '{"m": 2}', tool_call_id='c1', name='tide'), turn('assistant', 'Two.')], [TOOL]),
    ('arguments as a text', [turn('user', 'Tide?'), call(json.dumps(ARGUMENTS, ensure_ascii=False)), turn('tool', '2', tool_call_id='c1'), turn('assistant', 'Two.')], [TOOL]),
    ('arguments of nothing', [turn('user', 'Tide?'), call({}), turn('tool', '2'), turn('assistant', 'Two.')], [TOOL]),
    ('tools that are not called', [turn('user', 'Hi'), turn('assistant', 'Hello')], [TOOL]),
    ('an empty list of calls', [turn('user', 'Hi'), turn('assistant', 'Hello', tool_calls=[])], None),
]


def main():
    with open(os.path.join(GOLDEN, 'tokenizers.json')) as file:
        backend = Tokenizer.from_str(json.dumps(json.load(file)['byte level']['tokenizer']))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, bos_token='<s>', eos_token='</s>')
    out = {}
    for name, template in TEMPLATES.items():
        tokenizer.chat_template = template
        cases = []
        for title, messages, tools in CONVERSATIONS:
            rendered = {}
            for key, flag in (('asked', True), ('answered', False)):
                try:
                    rendered[key] = tokenizer.apply_chat_template(messages, tools=tools, tokenize=False, add_generation_prompt=flag)
                except Exception:
                    rendered[key] = None
            # As a line of JSONL: readers of JSON must keep 1.0 and integers of twenty digits
            cases.append({'title': title, 'record': json.dumps({'messages': messages, **({'tools': tools} if tools else {})}, ensure_ascii=False), **rendered})
        out[name] = {'template': template, 'cases': cases}
    with open(os.path.join(GOLDEN, 'conversations.json'), 'w') as file:
        json.dump(out, file, indent=1, ensure_ascii=False)
        file.write('\n')


main()
