"""Understanding a Chinese request without a language model.

Pure code: no input, no output, no clock. What is not fully understood is asked, never guessed.

Read in this order: `questions` (what can be asked); `folding` and `numerals` (the letters); `timewords`, `timescan`,
`days`, `timeframe`, `frame`, `clockreadings`, `times` (when); `gazetteer`, `places`, `people` (where and who);
`lexicon`, `words` (what); `understand` and `merge` (the whole); `commands` (words that work at any moment);
`gasvalues` and `counts` (numbers typed on site).
"""
