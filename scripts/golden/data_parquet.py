"""Golden values for Parquet data sets, from pyarrow: python scripts/golden/data_parquet.py

Writes tests/fixtures/parquet/*.parquet, files of several writers, and tests/golden/data-parquet.json, what pyarrow reads in them.
"""
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


def main():
    os.makedirs(FILES, exist_ok=True)
    read = {}
    for name, write in WRITERS.items():
        path = os.path.join(FILES, f'{name}.parquet')
        if not os.path.exists(path):
            write(path)
        rows = pyarrow.parquet.read_table(path).to_pylist()
        read[name] = [[row.get(column) for column in ('question', 'answer')] for row in rows]
    with open(os.path.join(GOLDEN, 'data-parquet.json'), 'w') as file:
        json.dump({'from': f'pyarrow {pyarrow.__version__}, files by duckdb {duckdb.__version__}, polars {polars.__version__}, pandas {pandas.__version__}', 'rows': read}, file)
        file.write('\n')


main()
