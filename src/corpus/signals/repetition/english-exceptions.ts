/** English words that the tokenizer's rules would cut wrongly: contractions, times, abbreviations, signs of mood. */

const apostrophes = ["'", '’', ''];
/** Words of their own that look like contractions without their apostrophe. */
const noContractions = new Set('ill its hell shell shed were well whore'.split(' '));

const pronouns = 'i you he she it we they';
const questions = 'who what when where why how there that this these those';
const questionsOfState = 'who what when where why how there these those';
const helpers = 'ca could do does did had may might must need ought sha should wo would';
const otherVerbs = 'ai are is was were have has dare';

/** Stems, and what may follow them; a space cuts, an apostrophe may be any of the three. */
const contractions: [stems: string, endings: string][] = [
  ['i', "'m|'m a"],
  [pronouns, "'ll|'ll 've|'d|'d 've"],
  ['i you we they', "'ve"],
  ['you we they', "'re"],
  ['he she it', "'s"],
  [questions, "'ll|'ll 've|'d|'d 've"],
  ['who what when where why how there that this', "'s"],
  [questionsOfState, "'re|'ve"],
  [helpers, "n't|n't 've"],
  [otherVerbs, "n't"],
  ['could might must should would not', "'ve"],
];

const cut = "y'|all how|'d|'y c'm|on can|not gon|na got|ta";

const whole = [
  "'S 's 're 'd 'll 'em 'nuff em ll nuff and/or w/o 'Cause 'cause 'cos 'Cos 'coz 'Coz 'cuz 'Cuz 'bout ma'am Ma'am",
  "o'clock O'clock ol Ol ol' Ol' ' ''",
  'Mt. Ak. Ala. Apr. Ariz. Ark. Aug. Calif. Colo. Conn. Dec. Del. Feb. Fla. Ga. Ia. Id. Ill. Ind. Jan. Jul. Jun.',
  'Kan. Kans. Ky. La. Mar. Mass. Md. Mich. Minn. Miss. Mo. Mont. N.C. N.D. N.H. N.J. N.M. N.Y. Neb. Nebr. Nev.',
  'Nov. Oct. Okla. Ore. Pa. S.C. Sep. Sept. Tenn. Va. Wash. Wis. Adm. Bros. co. Co. Corp. D.C. Dr. e.g. E.g. E.G.',
  'Gen. Gov. i.e. I.e. I.E. Inc. Jr. Ltd. Messrs. Mr. Mrs. Ms. p.m. a.m. Ph.D. Prof. Rep. Rev. Sen. St. vs. v.s.',
  'C++ <space> \\n \\t \\") ä. ö. ü.',
  ':) :-) :)) :( :-( :(( :/ :-/ :| :-| :D :-D :P :-P :p :-p :O :-O :o :-o :x :-x :X :-X :* :-* :3 :0 :1 :> :] :-] :}',
  ";) ;-) ;D (: (; (= (-: =) =( =/ =| =D =3 =[ =] [: [= ]= ): )-: 8) 8-) 8D :'( :') <3 </3 >.< >:( ^_^ -_- xD XD",
  'O.O O.o o.O o.o o.0 0.o 0.0 O_O O_o o_O o_o o_0 0_o 0_0 ._. v.v V.V v_v V_V ;_; @_@ <.< >.> (^_^) (-_-)',
];

const titled = (word: string) => word[0]!.toUpperCase() + word.slice(1);

/** Lengths of the tokens that a word is cut into, for every exception. */
export const englishExceptions: ReadonlyMap<string, readonly number[]> = build();

function build(): Map<string, number[]> {
  const exceptions = new Map<string, number[]>();
  const add = (parts: string[]) => {
    for (const apostrophe of apostrophes) {
      const tokens = parts.map((part) => part.replaceAll("'", apostrophe));
      if (tokens.some((token) => token === '')) continue;
      const word = tokens.join('');
      if (apostrophe === '' && parts.length > 1 && noContractions.has(word.toLowerCase())) continue;
      exceptions.set(
        word,
        tokens.map((token) => token.length),
      );
    }
  };
  for (const [stems, endings] of contractions) {
    for (const stem of stems.split(' ')) {
      for (const ending of endings.split('|')) {
        add([stem, ...ending.split(' ')]);
        add([titled(stem), ...ending.split(' ')]);
      }
    }
  }
  for (const mark of ["'", '’']) {
    for (const word of ['let', 'Let']) exceptions.set(`${word}${mark}s`, [3, 2]);
  }
  for (const word of cut.split(' ')) {
    add(word.split('|'));
    add(titled(word).split('|'));
  }
  for (const word of 'doing going nothing nuthing something loving having'.split(' ')) {
    const short = word.slice(0, -1);
    for (const form of [short, titled(short)])
      for (const end of ['', "'", '’']) exceptions.set(form + end, [form.length + end.length]);
  }
  for (const list of whole) {
    for (const word of list.split(' ')) {
      exceptions.set(word, [word.length]);
      if (word.includes("'")) exceptions.set(word.replaceAll("'", '’'), [word.length]);
    }
  }
  for (let hour = 1; hour <= 12; hour++) {
    for (const half of ['am', 'pm', 'a.m.', 'p.m.']) {
      exceptions.set(`${hour}${half}`, [`${hour}`.length, half.length]);
    }
  }
  for (let unit = 97; unit <= 122; unit++) exceptions.set(`${String.fromCharCode(unit)}.`, [2]);
  return exceptions;
}
