"""From a plan to finished tables: replicates in blocks, on threads or processes, kept and resumed.

`plan` says what is to be run, `blocks` does one block of it, `execution` does them all, `folder`
keeps what is finished, goes on after a stop and writes the tables, whose columns stand in `tables`.
"""
