// Words that these pages do not use, and what to write in their place.

/** Of the first version of the project, whose English nobody speaks. */
const OLD = [
  [/\b(?:is|are|was|were) told(?: of)?\b/i, "say who reports it"],
  [/\btells? of\b/i, "`report` or `list`"],
  [/\b(?:lies|lie|lying) in\b/i, "`is in`"],
  [/\bholds for\b/i, "`applies to`"],
  [/\bwhat there is of\b/i, "name it"],
  [/\bthere is (?:no|nothing) \w+ (?:of|to be) \w+ed\b/i, "say what happens"],
  [/\b(?:is|are) had\b/i, "say who has it"],
  [/\bso it is told\b/i, "`it is listed as`"],
  [/\bwithout having been\b/i, "say it without a negation"],
  [
    /\b(?:wherein|whereby|whereof|thereof|therein|thereby|hereby|heretofore|hence|whilst|lest|ought|shall)\b/i,
    "a plain word",
  ],
  [/\bcome to pass\b/i, "`happen`"],
  [/\bin its stead\b/i, "`instead`"],
  [/\bof its own accord\b/i, "`by itself`"],
  [/\bnot un\w+\b/i, "say it without two negations"],
  [/\bnever (?:\w+ )?without\b/i, "say it without two negations"],
];

/** That say less than the sentence without them. */
const HEDGES = [
  [
    /\b(?:basically|simply|obviously|of course|actually|quite|somewhat|arguably|clearly|essentially)\b/i,
    "leave it out",
  ],
  [/\b(?:perhaps|maybe|probably|presumably)\b/i, "say when, or that it is unknown"],
  [/\bplease\b/i, "leave it out"],
  [/\bin order to\b/i, "`to`"],
  [/\b(?:utilize|utilise)s?\b/i, "`use`"],
  [/\bprior to\b/i, "`before`"],
  [/\bdue to the fact\b/i, "`because`"],
  [/\bit is (?:important|worth) (?:to note|noting)\b/i, "leave it out"],
  [/\b(?:a number|a variety) of\b/i, "the number, or `several`"],
  [/\bmake use of\b/i, "`use`"],
];

/** A passive that names who acts: the active is as long, and clearer. */
const PASSIVE = [
  [
    /\b(?:is|are|was|were|be|been|being) (?:\w+ly )?(?!followed|caused)\w+(?:ed|en|made|kept|held|read|run|found|put|sent) by (?:the|a|an|Alchemy|Cloudflare|you)\b/i,
    "say who acts first: `Alchemy deletes the database`",
  ],
];

/** Other words for a term of the glossary in CONTRIBUTING.md. */
const TERMS = [
  [/\b(?:real|cloud|full|final) names?\b/i, "`physical name`"],
  [/\b(?:logical|resource) names?\b/i, "`logical id` or `physical name`"],
  [/\bname stems?\b/i, "`base name`"],
  [/\bstate (?:entry|entries|records?)\b/i, "`row`"],
  [/\bstate backends?\b/i, "`store`"],
  [/\bstage (?:tag|suffix|token)s?\b/i, "`slug`"],
  [/\bresource types?\b/i, "`kind`"],
];

export const PHRASES = [...OLD, ...HEDGES, ...PASSIVE, ...TERMS];
