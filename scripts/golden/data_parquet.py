"""Golden values for Parquet data sets, from pyarrow: python scripts/golden/data_parquet.py

Writes tests/fixtures/parquet/*.parquet, files of several writers, and tests/golden/data-parquet.json, what pyarrow reads in them.
"""
import datetime
import decimal
import json
import os

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.parquet

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, '../../tests/golden')
FILES = os.path.join(HERE, '../../tests/fixtures/parquet')


def table(count):
    """Columns that writers code by dictionaries, runs and packed bits, with nulls."""
    return pyarrow.table({
        'question': [f'How deep is lock {i % 5}?' for i in range(count)],
        'answer': [None if i % 7 == 6 else f'{i % 11} metres' for i in range(count)],
        'open': [i % 3 == 0 for i in range(count)],
        'depth': [None if i % 13 == 12 else i % 4 for i in range(count)],
    })


def by_duckdb(path, count, options):
    connection = duckdb.connect()
    connection.register('rows', table(count))
    connection.execute(f"copy (select * from rows) to '{path}' (format parquet{options})")


WRITERS = {
    # The last packed run of a dictionary-coded column is filled up to 256 values.
    **{f'duckdb-{count}': lambda path, count=count: by_duckdb(path, count, '') for count in (7, 40, 255, 257, 300)},
    'duckdb-zstd': lambda path: by_duckdb(path, 300, ", compression 'zstd'"),
    'duckdb-v2': lambda path: by_duckdb(path, 300, ", parquet_version 'v2'"),
    'duckdb-groups': lambda path: by_duckdb(path, 300, ', row_group_size 128'),
    'pyarrow': lambda path: pyarrow.parquet.write_table(table(300), path),
    'pyarrow-v2-pages': lambda path: pyarrow.parquet.write_table(table(300), path, data_page_version='2.0', compression='brotli'),
    'pyarrow-small-pages': lambda path: pyarrow.parquet.write_table(table(300), path, data_page_size=64, compression='gzip'),
    'pyarrow-plain': lambda path: pyarrow.parquet.write_table(table(300), path, use_dictionary=False, compression='lz4'),
    'pyarrow-one-value': lambda path: pyarrow.parquet.write_table(pyarrow.table({'question': ['a'] * 300, 'answer': ['b'] * 300, 'open': [True] * 300}), path),
    'polars': lambda path: polars.from_arrow(table(300)).write_parquet(path),
    'fastparquet': lambda path: table(300).to_pandas().to_parquet(path, engine='fastparquet'),
}


def exact():
    """Values that a JavaScript number or Date rounds, and a column of nothing but nulls."""
    moment = datetime.datetime(1969, 12, 31, 23, 59, 59, 123456)
    times = [moment + datetime.timedelta(days=400 * i, microseconds=i) for i in range(5)]
    decimals = [decimal.Decimal(text) for text in ('12.50', '-0.05', '99999999999999999999999999999999999.999', '0.00', '7.10')]
    return pyarrow.table({
        'question': [f'q{i}' for i in range(5)],
        'answer': pyarrow.array(decimals, pyarrow.decimal128(38, 3)),
        'small': pyarrow.array([decimal.Decimal(f'{i}.{i}0') for i in range(5)], pyarrow.decimal128(9, 2)),
        'inside': pyarrow.array([{'price': each, 'day': None} for each in decimals], pyarrow.struct([('price', pyarrow.decimal128(38, 3)), ('day', pyarrow.date32())])),
        'micros': pyarrow.array(times, pyarrow.timestamp('us')),
        'zoned': pyarrow.array([each.replace(microsecond=0) for each in times], pyarrow.timestamp('ms', 'UTC')),
        'day': pyarrow.array([each.date() for each in times]),
        'clock': pyarrow.array([None if i == 2 else each.time() for i, each in enumerate(times)]),
        'big': [2 ** 63 - 1 - i for i in range(5)],
        'nothing': pyarrow.nulls(5),
    })


EXACT = {
    'exact': lambda path: pyarrow.parquet.write_table(exact(), path),
    'exact-integers': lambda path: pyarrow.parquet.write_table(exact(), path, store_decimal_as_integer=True, compression='lz4'),
    'exact-int96': lambda path: pyarrow.parquet.write_table(exact(), path, use_deprecated_int96_timestamps=True, compression='none'),
}


def text_of(value):
    """As Python writes it; members of structures that are null are absent."""
    if isinstance(value, dict):
        return {key: text_of(inner) for key, inner in value.items() if inner is not None}
    return value if value is None else value.isoformat() if hasattr(value, 'isoformat') else str(value)


def main():
    os.makedirs(FILES, exist_ok=True)
    read = {}
    for name, write in WRITERS.items():
        path = os.path.join(FILES, f'{name}.parquet')
        if not os.path.exists(path):
            write(path)
        rows = pyarrow.parquet.read_table(path).to_pylist()
        read[name] = [[row.get(column) for column in ('question', 'answer')] for row in rows]
    exactly = {}
    for name, write in EXACT.items():
        path = os.path.join(FILES, f'{name}.parquet')
        if not os.path.exists(path):
            write(path)
        exactly[name] = [{key: text_of(value) for key, value in row.items()} for row in pyarrow.parquet.read_table(path).to_pylist()]
    empty = os.path.join(FILES, 'no-rows.parquet')
    if not os.path.exists(empty):
        pyarrow.parquet.write_table(table(0), empty)
    with open(os.path.join(GOLDEN, 'data-parquet.json'), 'w') as file:
        json.dump({'from': f'pyarrow {pyarrow.__version__}, files by duckdb {duckdb.__version__}, polars {polars.__version__}, pandas {pandas.__version__}', 'rows': read, 'exact': exactly}, file)
        file.write('\n')


main()
