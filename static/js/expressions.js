// The expressions of a form, worked out while people type. The server decides; this says the same,
// rule for rule, as toolkit/schema/evaluate.py. "" is no answer, and every result that cannot be had.

const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d)?$/;
const TIME = /^\d\d:\d\d$/;
const NUMERAL = /^[ \t\r\n]*(-?(?:\d+(?:\.\d*)?|\.\d+))[ \t\r\n]*$/;
const BOUND = 1e15;
const DAY = 864e5;
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
const DAYS = "SunMonTueWedThuFriSat";

// 15 significant digits, 10 decimals
function snap(x) {
  if (!(Math.abs(x) < BOUND)) return "";
  if (!Number.isInteger(x)) {
    x = +x.toPrecision(15);
    if (Math.abs(x) < 1e5) x = +x.toFixed(10);
  }
  return Math.abs(x) < BOUND ? x + 0 : "";
}

function plain(x) {
  const text = String(x);
  return text.includes("e") ? x.toFixed(10).replace(/0+$/, "") : text;
}

function round(x, digits) {
  if ((plain(x).split(".")[1] ?? "").length <= digits) return x;
  const whole = Math.round(+`${plain(Math.abs(x))}e${digits}`);
  return snap(Math.sign(x) * +`${whole}e${-digits}`);
}

const isDate = (v) => typeof v === "string" && DATE.test(v);
const truth = (v) => v !== "" && v !== false && v !== 0;
const text = (v) => (typeof v === "number" ? plain(v) : String(v));
const words = (v) => v.split(" ").filter(Boolean);

function clock(v) {
  const [hours, minutes] = v.split(":").map(Number);
  return hours < 24 && minutes < 60 ? (hours * 60 + minutes) / 1440 : NaN;
}

function number(v) {
  if (typeof v !== "string") return +v;
  if (isDate(v)) {
    const at = new Date(v.slice(0, 10));
    if (!(at >= -719162 * DAY) || at.toISOString().slice(0, 10) !== v.slice(0, 10)) return "";
    return snap(at / DAY + (v[10] ? clock(v.slice(11)) : 0));
  }
  if (TIME.test(v)) return snap(clock(v));
  const digits = NUMERAL.exec(v)?.[1];
  return digits && v.trim().length <= 40 ? snap(+digits) : "";
}

function day(v) {
  const days = typeof v === "boolean" || TIME.test(v) ? "" : number(v);
  if (days === "" || Math.floor(days) < -719162 || Math.floor(days) > 2932896) return "";
  return new Date(Math.floor(days) * DAY).toISOString().slice(0, 10);
}

function compare(a, b) {
  if (isDate(a) && isDate(b)) {
    const length = Math.min(a.length, b.length);
    [a, b] = [a.slice(0, length), b.slice(0, length)];
  } else {
    [a, b] = [number(a), number(b)];
    if (a === "" || b === "") return NaN;
  }
  return (a > b) - (a < b);
}

function same(a, b) {
  if (typeof a === "boolean" || typeof b === "boolean") return truth(a) === truth(b);
  if (typeof a === "string" && typeof b === "string" && !(isDate(a) && isDate(b))) return a === b;
  return compare(a, b) === 0;
}

const rowsOf = (repeat, scope) => scope.rows[repeat] ?? [];

function cells([sort, id, column], scope) {
  if (sort === "item") return [id];
  if (sort === "row") return [`${scope.row}/${id}`];
  return rowsOf(id, scope).map((row) => `${id}/${row}/${column}`);
}

const read = (cell, scope) => scope.values[cell] ?? "";
const value = (tree, scope) => read(cells(tree, scope)[0], scope);

function all(branches, scope) {
  const found = branches.flatMap((branch) => {
    if (branch[0] === "col") return cells(branch, scope).map((cell) => read(cell, scope));
    return branch[0] === "score" ? scores(branch, scope) : [evaluate(branch, scope)];
  });
  return found.filter((v) => v !== "");
}

function currencies(branches, scope) {
  const named = branches.filter((branch) => ["item", "row", "col"].includes(branch[0]));
  const found = named.flatMap((branch) => cells(branch, scope).map((c) => scope.currencies?.[c]));
  return found.filter(Boolean);
}

const mixed = (branches, scope) => new Set(currencies(branches, scope)).size > 1;

const numbers = (values) => values.map(number).filter((v) => v !== "");
const sum = (values) => values.reduce((a, b) => (a === "" ? a : snap(a + b)), 0);

const aggregate = (gather) => ([, ...branches], scope) =>
  mixed(branches, scope) ? "" : gather(all(branches, scope));

const extreme = (sign) => aggregate((values) => {
  const list = values.every(isDate) ? values : numbers(values);
  return list.reduce((a, b) => (a === "" || (sign > 0 ? b > a : b < a) ? b : a), "");
});

function entry(list, name, scope) {
  const choices = scope.lists?.[list] ?? {};
  return Object.hasOwn(choices, name) ? choices[name] : undefined;
}

function scores([, answer, list], scope) {
  return cells(answer, scope).map((cell) => {
    const picked = read(cell, scope);
    if (!list) return number(picked);
    const found = words(text(picked)).map((name) => entry(list, name, scope)?.[1] ?? "");
    const scored = found.filter((score) => score !== "");
    return scored.length ? sum(scored) : "";
  });
}

const rowsIf = ([, [, repeat], condition], scope) =>
  rowsOf(repeat, scope).map((row) => ({ ...scope, row: `${repeat}/${row}` }))
    .filter((row) => truth(evaluate(condition, row)));

function sumIf(tree, scope) {
  const rows = rowsIf(tree, scope);
  return new Set(rows.flatMap((row) => currencies([tree[3]], row))).size > 1
    ? "" : sum(numbers(rows.map((row) => evaluate(tree[3], row))));
}

function formatDate(v, pattern) {
  const on = day(v);
  if (!on) return "";
  const [year, month, date] = on.split("-");
  const [hours, minutes] = isDate(v) && v[10] ? v.slice(11).split(":") : ["00", "00"];
  const name = (list, at) => list.slice(at * 3, at * 3 + 3);
  const parts = {
    Y: year, y: year.slice(2), m: month, n: +month, b: name(MONTHS, month - 1), d: date, e: +date,
    H: hours, h: +hours, M: minutes, a: name(DAYS, new Date(on).getUTCDay()),
  };
  return pattern.replace(/%(.)/gs, (_, code) => parts[code]);
}

// Most need only the values of their arguments; the rest are given the tree.
const plainly = (f) => ([, ...branches], scope) => f(...branches.map((b) => evaluate(b, scope)));
const inWords = (f) => plainly((...values) => f(...values.map(text)));
const ordered = (f) => plainly((a, b) => f(compare(a, b)));
const inNumber = (f) => plainly((v, ...more) => ((v = number(v)) === "" ? v : f(v, ...more)));
const arithmetic = (f) => plainly((...values) =>
  values.map(number).reduce((a, b) => (a === "" || b === "" ? "" : snap(f(a, b)))));

const OPERATIONS = {
  item: value,
  row: value,
  self: (tree, scope) => scope.own,
  choice: ([, column], scope) => scope.choice[column],
  or: ([, ...branches], scope) => branches.some((b) => truth(evaluate(b, scope))),
  and: ([, ...branches], scope) => branches.every((b) => truth(evaluate(b, scope))),
  not: plainly((v) => !truth(v)),
  "=": plainly(same),
  "!=": plainly((a, b) => !same(a, b)),
  "<": ordered((order) => order < 0),
  "<=": ordered((order) => order <= 0),
  ">": ordered((order) => order > 0),
  ">=": ordered((order) => order >= 0),
  "+": arithmetic((a, b) => a + b),
  "-": arithmetic((a, b) => a - b),
  "*": arithmetic((a, b) => a * b),
  div: arithmetic((a, b) => a / b),
  mod: arithmetic((a, b) => a % b),
  neg: inNumber((v) => snap(-v)),
  int: inNumber((v) => Math.trunc(v) + 0),
  round: inNumber((v, digits = 0) => {
    digits = number(digits);
    return digits === "" || digits < -15 || digits > 10 ? "" : round(v, Math.trunc(digits));
  }),
  number: plainly(number),
  string: inWords((v) => v),
  sum: aggregate((values) => sum(numbers(values))),
  avg: aggregate((values) => {
    const list = numbers(values);
    const total = sum(list);
    return list.length && total !== "" ? snap(total / list.length) : "";
  }),
  min: extreme(-1),
  max: extreme(1),
  count: ([, what], scope) =>
    what[0] === "rows" ? rowsOf(what[1], scope).length : all([what], scope).length,
  "count-if": (tree, scope) => rowsIf(tree, scope).length,
  "sum-if": sumIf,
  position: (tree, { rows, row }) => {
    const [repeat, id] = row.split("/");
    return (rows[repeat] ?? []).indexOf(id) + 1 || "";
  },
  join: ([, separator, ...branches], scope) =>
    all(branches, scope).map(text).join(text(evaluate(separator, scope))),
  score: (tree, scope) => scores(tree, scope)[0] ?? "",
  "jr:choice-name": ([, answer, list], scope) =>
    words(text(evaluate(answer, scope))).map((name) => entry(list, name, scope)?.[0])
      .filter((label) => label !== undefined).join(", "),
  selected: inWords((picked, name) => words(picked).includes(name)),
  "count-selected": inWords((picked) => words(picked).length),
  if: ([, test, yes, no], scope) => evaluate(truth(evaluate(test, scope)) ? yes : no, scope),
  coalesce: plainly((...values) => values.find((v) => v !== "") ?? ""),
  once: ([, branch], scope) => (scope.own !== "" ? scope.own : evaluate(branch, scope)),
  concat: inWords((...values) => values.join("")),
  "string-length": inWords((v) => [...v].length),
  "count-words": inWords((v) => v.split(/\s+/u).filter(Boolean).length),
  contains: inWords((whole, part) => whole.includes(part)),
  "starts-with": inWords((whole, part) => whole.startsWith(part)),
  regex: inWords((v, pattern) =>
    [...v].length <= 200 && new RegExp(`^(?:${pattern})$`, "u").test(v)),
  today: (tree, scope) => scope.today,
  now: (tree, scope) => scope.now,
  date: plainly(day),
  "format-date": plainly(formatDate),
  "days-between": plainly((from, to) => {
    [from, to] = [number(day(from)), number(day(to))];
    return from === "" || to === "" ? "" : to - from;
  }),
};

/** The value of a linked tree. Scope: {values, rows, row, own, today, now, lists, currencies, choice}. */
export function evaluate(tree, scope) {
  return Array.isArray(tree) ? OPERATIONS[tree[0]](tree, scope) : tree;
}

// What expressions see of an answer
const NUMERIC = ["integer", "decimal", "percent", "year", "rating"];

function express(kind, v) {
  if (kind === "money") return number(String(v.amount ?? "").replace(",", "."));
  if (NUMERIC.includes(kind) && v !== "na") return number(String(v).replace(",", "."));
  if (Array.isArray(v)) return v[0]?.name ? v.map((f) => f.name).join(", ") : v.join(" ");
  return typeof v === "object" ? v.at ?? v.text ?? v.state ?? (v.agreed ? v.name : "") : v;
}

/** A form worked out, by cell as on the server. `rules` comes from rules_for_browser(). */
export function evaluateForm(rules, answers, { today, now }) {
  const scope = { values: {}, rows: {}, currencies: {}, lists: rules.lists, today, now, own: "" };
  const [relevant, calculated, totals, offered, problems, checks] = [{}, {}, {}, {}, [], []];
  const holds = (tree) => tree === undefined || truth(evaluate(tree, scope));
  const rows = (repeat) => (Array.isArray(answers[repeat]) ? answers[repeat] : []);

  function cell(node, key, raw, inside) {
    relevant[key] = inside && holds(node.relevant);
    if (!relevant[key]) return;
    let found = raw ?? "";
    if (node.list) {
      const choices = Object.entries(rules.columns[node.list]);
      const left = choices.filter(([, choice]) =>
        truth(evaluate(node.choice_filter, { ...scope, choice })));
      offered[key] = left.map(([name]) => name);
      if ([found].flat().some((name) => name && !offered[key].includes(name))) return;
    }
    if (node.calculation !== undefined) {
      scope.own = found;
      found = evaluate(node.calculation, scope);
      if (found !== "") calculated[key] = found;
    } else {
      const blank = found === "" || found.agreed === false || found.state === "pending";
      if (found.currency && found.amount) scope.currencies[key] = found.currency;
      found = found === "" ? "" : express(node.kind, found);
      checks.push([node, key, blank, scope.row]);
    }
    if (found !== "") scope.values[key] = found;
  }

  for (const node of rules.nodes) {
    const inside = [node.group, node.repeat].every((parent) => !parent || relevant[parent]);
    scope.row = "";
    if (!node.kind) {
      relevant[node.id] = inside && holds(node.relevant);
      scope.rows[node.id] = relevant[node.id] ? rows(node.id).map((row) => row._row) : [];
    } else if (!node.repeat) {
      cell(node, node.id, answers[node.id], inside);
    } else {
      for (const row of rows(node.repeat)) {
        scope.row = `${node.repeat}/${row._row}`;
        cell(node, `${scope.row}/${node.id}`, row[node.id], inside);
      }
    }
  }
  for (const [node, key, blank, row] of checks) {
    Object.assign(scope, { row, own: read(key, scope) });
    const missing = blank && node.required !== undefined && holds(node.required);
    if (missing || (!blank && !holds(node.constraint))) {
      problems.push({ cell: key, code: missing ? "required" : "constraint" });
    }
  }
  const kinds = Object.fromEntries(rules.nodes.map((node) => [node.id, node.kind]));
  for (const node of rules.nodes) {
    if (!node.totals || !relevant[node.id]) continue;
    const sums = node.totals.map((id) => [id, total(["col", node.id, id], kinds[id], scope)]);
    totals[node.id] = Object.fromEntries(sums);
  }
  return { relevant, calculated, totals, offered, problems };
}

// The sum of a column, of money one for each currency
function total(column, kind, scope) {
  if (kind !== "money") return evaluate(["sum", column], scope);
  const sums = {};
  for (const key of cells(column, scope)) {
    const currency = scope.currencies[key];
    if (currency) sums[currency] = snap((sums[currency] ?? 0) + scope.values[key]);
  }
  return Object.entries(sums).map(([currency, amount]) => ({ amount, currency }));
}
