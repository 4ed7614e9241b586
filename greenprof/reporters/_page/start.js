"use strict";
// The page is complete without any of these scripts: every number is in the text or in a table.
document.documentElement.classList.add("scripted");
