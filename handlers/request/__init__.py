"""Understanding a Chinese request without a language model.

Pure code: no input, no output, no clock. What is not fully understood is asked, never guessed.

Read in this order: `questions` (what can be asked); `folding` and `numerals` (the letters); `timewords`, `timescan`,
`days`, `timeframe`, `frame`, `clockreadings`, `times` (when); `gazetteer`, `places`, `people` (where and who);
`lexicon`, `typos`, `words` (what); `quantities` (figures), `details` and its readers `heights`, `lifting`, `powering`,
`blinding`, `digging`, gathered by `detailing` (the cells of single forms); `understand` and `merge` (the whole);
`correcting` (cells answered and changed); `situations` and `manners` (what is ticked), `forms` (what becomes content);
`commands` (words that work at any moment); `gasvalues` and `counts` (numbers typed on site).
"""
