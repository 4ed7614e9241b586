// The page is complete without any of these scripts: every number is in the text or in a table.
document.documentElement.classList.add("scripted");
// A message in the language of the page, with values at the places that it names in braces; and a number in it.
const language = document.documentElement.lang;
const _ = (message, values = {}) => (spoken[message] ?? message).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const numeral = (value, digits = 0) => value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
