"""Reports as files: the register of permits as a workbook, the summary as a page, the park's files."""
