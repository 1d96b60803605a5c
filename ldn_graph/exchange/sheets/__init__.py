"""Claims as a sheet that people fill in a spreadsheet program: one row, one evidence item.

columns       what each column holds, in words too
cells         what stands in one cell, as values; names and quotes looked up
drafts        rows → claims, with a line for each mistake
spreadsheets  rows ⇄ XLSX, ODS → rows
files         rows ⇄ CSV, or another by the file's ending; claims → rows
worker        the process in which a file is read
template      the workbook to fill in
"""
