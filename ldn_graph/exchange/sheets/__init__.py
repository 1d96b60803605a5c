"""Claims as a sheet that people fill in a spreadsheet program: one row, one evidence item.

columns     what each column holds, in words too
cells       what stands in one cell
names       entities and sources by whatever a person calls them
drafts      rows → claims, with a line for each mistake
records     claims → rows
values      what cells hold as values, and what a row changes
spans       quotes and cues looked up in the held texts
numbers     numbers as cells show them
comma       rows ⇄ CSV
workbook    rows ⇄ XLSX
opendocument  ODS → rows
files       either, by the file's ending
worker      the process in which a file is read
template    the workbook to fill in
"""
