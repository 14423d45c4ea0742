"""Golden values for chat templates, from transformers: python scripts/golden/chat_templates.py

Writes tests/golden/chat-templates.json: templates of the kinds that models have, and what transformers makes of conversations
in them, null where a template rejects one.
"""
import json
import os

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, '../../tests/golden')

TEMPLATES = {
    # The product's own, for models without one
    'default': """{{- bos_token -}}
{%- for message in messages -%}
    {%- if message.role == 'assistant' -%}
        {{- message.content | trim + eos_token -}}
    {%- elif message.role == 'system' -%}
        {{- message.content | trim + '\\n\\n' -}}
    {%- else -%}
        {{- message.content | trim + '\\n' -}}
    {%- endif -%}
{%- endfor -%}""",
    # A system turn of its own when there is none, as Qwen 2.5
    'chatml': """{%- if messages[0]['role'] == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
{%- else %}
    {{- '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant") %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
""",
    # Headers, as Llama 3
    'headers': """{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|im_start|>' + message['role'] + '<|im_start|>\n\n'+ message['content'] | trim + '<|im_end|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant<|im_start|>\n\n' }}{% endif %}""",
    # Plain text for roles, as Zephyr and TinyLlama
    'zephyr': """{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>\n' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>\n' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>\n'  + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}""",
    # Strict about roles, as Gemma and Mistral
    'strict': """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] | trim + ' [/INST]' }}{% else %}{{ ' ' + message['content'] | trim + eos_token }}{% endif %}{% endfor %}""",
    # Opens a thought for the model, and forgets the thoughts of answers, as DeepSeek R1
    'thinking': """{{- bos_token -}}{%- for message in messages -%}{%- if message['role'] == 'system' -%}{{- message['content'] -}}{%- elif message['role'] == 'user' -%}{{- '<|User|>' + message['content'] -}}{%- else -%}{%- set content = message['content'] -%}{%- if '</think>' in content -%}{%- set content = content.split('</think>')[-1] -%}{%- endif -%}{{- '<|Assistant|>' + content + eos_token -}}{%- endif -%}{%- endfor -%}{%- if add_generation_prompt -%}{{- '<|Assistant|><think>\\n' -}}{%- endif -%}""",
    # Writes an empty thought into the last answer only, as Qwen 3
    'last': """{%- set ns = namespace(last=-1) -%}{%- for message in messages -%}{%- if message.role == 'user' -%}{%- set ns.last = loop.index0 -%}{%- endif -%}{%- endfor -%}{%- for message in messages -%}{{- '<|im_start|>' + message.role + '\\n' -}}{%- if message.role == 'assistant' and loop.index0 > ns.last -%}{{- '<think>\\n\\n</think>\\n\\n' -}}{%- endif -%}{{- message.content + '<|im_end|>\\n' -}}{%- endfor -%}{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}""",
    # Ends no answer with a token
    'endless': """{% for message in messages %}{{ message.role | capitalize }}: {{ message.content }}\n{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}""",
}


def turn(role, content):
    return {'role': role, 'content': content}


CONVERSATIONS = [
    [turn('user', 'Hi')],
    [turn('user', 'Hi'), turn('assistant', 'Hello!')],
    [turn('user', ' Who are you?\n'), turn('assistant', '\nI am Ada. '), turn('user', 'Bye'), turn('assistant', 'Bye, bye')],
    [turn('system', 'Be brief.'), turn('user', 'One?'), turn('assistant', 'Two.'), turn('user', 'Three?')],
    [turn('system', 'Be brief.'), turn('user', 'One?'), turn('assistant', 'Two.')],
    [turn('user', 'a\n\nb {{name}} {% if %}'), turn('assistant', '<b>"it\'s"</b> & 你好 🙂')],
    [turn('user', 'Think'), turn('assistant', 'hm</think>done'), turn('user', 'Again'), turn('assistant', 'hm</think>done again')],
    [turn('user', 'a'), turn('user', 'b'), turn('assistant', 'c')],
]


def main():
    with open(os.path.join(GOLDEN, 'tokenizers.json')) as file:
        backend = Tokenizer.from_str(json.dumps(json.load(file)['byte level']['tokenizer']))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, bos_token='<s>', eos_token='</s>')
    out = {}
    for name, template in TEMPLATES.items():
        cases = []
        for messages in CONVERSATIONS:
            rendered = {}
            for key, flag in (('asked', True), ('answered', False)):
                try:
                    rendered[key] = tokenizer.apply_chat_template(messages, chat_template=template, tokenize=False, add_generation_prompt=flag)
                except Exception as error:
                    assert 'must alternate' in str(error) or 'not supported' in str(error), error
                    rendered[key] = None
            cases.append({'messages': messages, **rendered})
        out[name] = {'template': template, 'cases': cases}
    with open(os.path.join(GOLDEN, 'chat-templates.json'), 'w') as file:
        json.dump(out, file, indent=1)
        file.write('\n')


main()
