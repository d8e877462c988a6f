// Checks a package or a Word document of Samspor's record, in the browser.
// Nothing is fetched and nothing is sent. The same findings as verify.py: RFC 6962
// (tree), RFC 8032 (Ed25519), c2sp.org/signed-note, SHA-256 over salt and value.
"use strict";

const LARGEST = 400000000;
const TEXTS = {
  "unreadable": ["Filen kan ikke leses: {0}", "Fila kan ikkje lesast: {0}"],
  "key": ["Signert med nøkkelen {0}.", "Signert med nøkkelen {0}."],
  "other-key": ["Nøkkelen er en annen enn den du oppga.", "Nøkkelen er ein annan enn den du oppgav."],
  "manifest": ["Innholdslisten er ikke signert med nøkkelen den nevner.", "Innhaldslista er ikkje signert med nøkkelen ho nemner."],
  "checkpoint": ["Loggen hadde {0} innslag {1}, og det er signert.", "Loggen hadde {0} innslag {1}, og det er signert."],
  "checkpoint-broken": ["Kontrollpunktet er ikke signert med en kjent nøkkel.", "Kontrollpunktet er ikkje signert med ein kjend nøkkel."],
  "prefix": ["Loggen slik den var {0} er begynnelsen av loggen {1}.", "Loggen slik han var {0} er starten på loggen {1}."],
  "prefix-broken": ["Loggen slik den var {0} er IKKE begynnelsen av loggen {1}.", "Loggen slik han var {0} er IKKJE starten på loggen {1}."],
  "entry": ["Innslag nr. {0} er med i loggen på {1} innslag: {2}, {3}. {4}", "Innslag nr. {0} er med i loggen på {1} innslag: {2}, {3}. {4}"],
  "entry-changed": ["Innslag nr. {0} er ENDRET.", "Innslag nr. {0} er ENDRA."],
  "entry-missing": ["Innslag nr. {0} MANGLER.", "Innslag nr. {0} MANGLAR."],
  "entry-order": ["Innslag nr. {0} står på feil plass.", "Innslag nr. {0} står på feil plass."],
  "entry-proof": ["Innslag nr. {0} er IKKE med i den signerte loggen.", "Innslag nr. {0} er IKKJE med i den signerte loggen."],
  "entry-field": ["Innslag nr. {0}: feltet «{1}» er et annet enn det som ble skrevet.", "Innslag nr. {0}: feltet «{1}» er eit anna enn det som vart skrive."],
  "file": ["Filen {0} er den som ble lagt i pakken.", "Fila {0} er den som vart lagd i pakken."],
  "file-entry": ["Filen {0} er den som ble levert: kontrollsummen står i innslag nr. {1}.", "Fila {0} er den som vart levert: kontrollsummen står i innslag nr. {1}."],
  "file-changed": ["Filen {0} er ENDRET.", "Fila {0} er ENDRA."],
  "file-missing": ["Filen {0} MANGLER.", "Fila {0} MANGLAR."],
  "file-extra": ["Filen {0} hører ikke til pakken.", "Fila {0} høyrer ikkje til pakken."],
  "layout": ["Noe i zip-filen hører ikke til pakken.", "Noko i zip-fila høyrer ikkje til pakken."],
  "words": ["Ordene i filen er IKKE kontrollert, bare at beviset i den hører til loggen.", "Orda i fila er IKKJE kontrollerte, berre at provet der høyrer til loggen."],
  "shown": ["Vist: {0}.", "Vist: {0}."],
  "hidden": ["Slettet eller ikke vist: {0}.", "Sletta eller ikkje vist: {0}."],
  "good": ["Alt stemmer.", "Alt stemmer."],
  "bad": ["NOE STEMMER IKKE.", "NOKO STEMMER IKKJE."]
};
const FIELDS = { matter: ["saken", "saka"], by: ["hvem", "kven"] };
const TIME = /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)[\d:.]*Z/g;
const GOOD = new Set(["key", "checkpoint", "prefix", "entry", "file", "file-entry", "words"]);

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const utf8 = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const mod = (number) => ((number % P) + P) % P;
const D = mod(-121665n * power(121666n, P - 2n));
const ROOT = power(2n, (P - 1n) / 4n);

function power(base, exponent) {
  let result = 1n;
  for (base = mod(base); exponent; exponent >>= 1n, base = mod(base * base)) {
    if (exponent & 1n) result = mod(result * base);
  }
  return result;
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function hashed(name, ...parts) {
  return new Uint8Array(await crypto.subtle.digest(name, joined(parts)));
}

const sha256 = (...parts) => hashed("SHA-256", ...parts);
const bytes = (text) => utf8.encode(text);
const same = (a, b) => a.length === b.length && a.every((one, at) => one === b[at]);

function hex(data) {
  return Array.from(data, (one) => one.toString(16).padStart(2, "0")).join("");
}

function unhex(text) {
  if (typeof text !== "string" || !/^([0-9a-fA-F]{2})*$/.test(text)) throw new Error("hex");
  return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
}

function unbase64(text) {
  if (!/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    throw new Error("base64");
  }
  return Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
}

// Points in extended coordinates, RFC 8032, section 5.1.4.
function add(p, q) {
  const a = mod((p[1] - p[0]) * (q[1] - q[0]));
  const b = mod((p[1] + p[0]) * (q[1] + q[0]));
  const c = mod(2n * p[3] * q[3] * D);
  const d = mod(2n * p[2] * q[2]);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(number, point) {
  let result = [0n, 1n, 1n, 0n];
  for (; number; number >>= 1n, point = add(point, point)) {
    if (number & 1n) result = add(result, point);
  }
  return result;
}

function integer(data) {
  return data.reduceRight((number, one) => (number << 8n) | BigInt(one), 0n);
}

function pointOf(data) {
  let y = integer(data);
  const sign = y >> 255n;
  y &= 2n ** 255n - 1n;
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square)) x = mod(x * ROOT);
  if (y >= P || mod(x * x - square) || (x === 0n && sign)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

const BASE = pointOf(new Uint8Array([0x58, ...new Array(31).fill(0x66)]));

async function isSigned(key, text, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const a = pointOf(key);
  const r = pointOf(signature.slice(0, 32));
  const s = integer(signature.slice(32));
  if (!a || !r || s >= L) return false;
  const k = integer(await hashed("SHA-512", signature.slice(0, 32), key, text)) % L;
  const left = times(s, BASE);
  const right = add(r, times(k, a));
  return !(mod(left[0] * right[2] - right[0] * left[2]) ||
    mod(left[1] * right[2] - right[1] * left[2]));
}

async function opened(note, keys) {
  const at = note.lastIndexOf("\n\n— ");
  const parts = at < 0 ? [] : note.slice(at + 4).split(" ");
  if (parts.length !== 2 || !note.endsWith("\n")) return null;
  const mark = unbase64(parts[1].slice(0, -1));
  const text = note.slice(0, at);
  for (const key of keys) {
    const known = await sha256(bytes(parts[0]), bytes("\n\u0001"), key);
    const isKnown = same(mark.slice(0, 4), known.slice(0, 4));
    if (isKnown && (await isSigned(key, bytes(`${text}\n`), mark.slice(4)))) {
      return { lines: text.split("\n"), key };
    }
  }
  return null;
}

async function checkpoint(note, keys) {
  const found = await opened(note, keys);
  if (!found || found.lines.length !== 5) return null;
  const [origin, size, root, , time] = found.lines;
  if (!/^\d+$/.test(size)) throw new Error("size");
  const told = { origin, size: Number(size), root: unbase64(root) };
  return { ...told, time: time.slice(5), key: found.key };
}

// RFC 9162, sections 2.1.3.2 and 2.1.4.2. Sizes stay far below 2^53, so no bit is lost.
async function climbed(value, seq, last, path) {
  let [first, second] = [value, value];
  const half = (number) => Math.floor(number / 2);
  for (const step of path) {
    if (last === 0) return null;
    if (seq % 2 || seq === last) {
      first = await sha256([1], step, first);
      second = await sha256([1], step, second);
      while (seq && seq % 2 === 0) [seq, last] = [half(seq), half(last)];
    } else {
      second = await sha256([1], second, step);
    }
    [seq, last] = [half(seq), half(last)];
  }
  return last === 0 ? [first, second] : null;
}

async function isPrefix(older, newer, proof) {
  if (older.origin !== newer.origin) return false;
  if (!(older.size > 0 && older.size <= newer.size)) return false;
  if (older.size === newer.size) return !proof.length && same(older.root, newer.root);
  let [number, last] = [older.size - 1, newer.size - 1];
  while (number % 2) [number, last] = [Math.floor(number / 2), Math.floor(last / 2)];
  const isWhole = Number.isInteger(Math.log2(older.size));
  const steps = isWhole ? [older.root, ...proof] : proof;
  const roots = steps.length ? await climbed(steps[0], number, last, steps.slice(1)) : null;
  return roots !== null && same(roots[0], older.root) && same(roots[1], newer.root);
}

function withLength(text) {
  const data = bytes(text);
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, data.length);
  return joined([size, data]);
}

async function entryFindings(entry, point, seq) {
  const body = JSON.parse(entry.body);
  const number = seq === null ? body.seq : seq;
  const leaf = await sha256([0], bytes(entry.body));
  const roots = await climbed(leaf, number, point.size - 1, entry.proof.map(unhex));
  const isIn = number >= 0 && number < point.size && roots && same(roots[1], point.root);
  if (body.log !== point.origin || body.seq !== number || !isIn) {
    return [["entry-proof", [number]]];
  }
  const shown = [];
  for (const field of ["matter", "by"]) {
    const said = entry.open[field];
    if (!said) continue;
    const named = [withLength(body.log), withLength(field)];
    const salted = [unhex(said.salt), bytes(said.value)];
    const value = await sha256(bytes("samspor-commit-v1\u0000"), ...named, ...salted);
    if (hex(value) !== body.com[field]) return [["entry-field", [number, field]]];
    shown.push(field);
  }
  return [["entry", [number, point.size, body.type, body.at, shown]]];
}

async function documentFindings(there) {
  for (const [name, content] of there) {
    const text = name.startsWith("customXml/") ? new TextDecoder().decode(content) : "";
    const found = /<(?:\w+:)?record>([A-Za-z0-9+/=]+)<\//.exec(text);
    if (!found) continue;
    const proof = JSON.parse(strict.decode(unbase64(found[1])));
    const key = unhex(proof.key);
    const point = await checkpoint(proof.note, [key]);
    if (!point) return [["checkpoint-broken", []]];
    const told = [["key", [hex(key)]], ["words", []], ["checkpoint", [point.size, point.time]]];
    return [...told, ...(await entryFindings(proof.entry, point, null))];
  }
  return [["unreadable", ["record"]]];
}

// The members of a zip in the order of its directory, spoilt ones empty; and whether it is
// they side by side and nothing else, so that every byte counts.
async function members(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let end = data.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) throw new Error("zip");
  const there = new Map();
  const first = view.getUint32(end + 16, true);
  const count = view.getUint16(end + 10, true);
  let isExact = data.length === end + 22 && view.getUint32(end + 4, true) === 0 &&
    view.getUint16(end + 8, true) === count && view.getUint16(end + 20, true) === 0 &&
    first + view.getUint32(end + 12, true) === end;
  let [at, here, whole] = [first, 0, 0];
  for (let left = count; left; left -= 1) {
    if (view.getUint32(at, true) !== 0x02014b50) throw new Error("zip");
    const [nameSize, extra, comment] = [28, 30, 32].map((one) => view.getUint16(at + one, true));
    const name = data.subarray(at + 46, at + 46 + nameSize);
    whole += view.getUint32(at + 24, true);
    if (whole > LARGEST) throw new Error("size");
    there.set(strict.decode(name), await member(data, view, at));
    const local = joined([bytes("PK\u0003\u0004"), data.subarray(at + 6, at + 32), name]);
    isExact = isExact && here === view.getUint32(at + 42, true) && isAlike(data, at, first) &&
      same(data.subarray(here, here + local.length), local);
    here += local.length + view.getUint32(at + 20, true);
    at += 46 + nameSize + extra + comment;
  }
  return [there, isExact && here === first && at === end];
}

// Whether what the directory alone says of a member is what it says of the first.
function isAlike(data, at, first) {
  const alike = joined([data.subarray(first + 4, first + 6), new Uint8Array(8),
    data.subarray(first + 38, first + 42)]);
  return same(joined([data.subarray(at + 4, at + 6), data.subarray(at + 30, at + 42)]), alike);
}

async function member(data, view, entry) {
  const at = view.getUint32(entry + 42, true);
  try {
    const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
    const packed = data.subarray(start, start + view.getUint32(entry + 20, true));
    const content = view.getUint16(entry + 10, true) ? await inflated(packed) : packed;
    const isWhole = view.getUint32(at, true) === 0x04034b50 &&
      content.length === view.getUint32(entry + 24, true);
    return isWhole && crc(content) === view.getUint32(entry + 16, true)
      ? content : new Uint8Array();
  } catch {
    return new Uint8Array();
  }
}

async function inflated(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(
    new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function crc(data) {
  let value = 0xffffffff;
  for (const one of data) {
    value ^= one;
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

async function manifestOf(content) {
  const text = strict.decode(content);
  const head = text.split("\n").slice(0, 5);
  if (head[0] !== "samspor-pakke/1") return null;
  const key = unhex(head[4].replace(/^key /, ""));
  const found = await opened(text, [key]);
  if (!found) return null;
  const hashes = new Map(found.lines.slice(5).map((line) => {
    const at = line.indexOf("  ");
    return [line.slice(at + 2), line.slice(0, at)];
  }));
  return { key, hashes };
}

function seqOf(name) {
  const found = /^innslag\/(\d{9})\.json$/.exec(name);
  return found ? Number(found[1]) : null;
}

async function packageFindings(there) {
  const manifest = await manifestOf(there.get("innhold.txt") || new Uint8Array());
  if (!manifest) return [["manifest", []]];
  const { key, hashes } = manifest;
  const told = [["key", [hex(key)]]];
  told.push(...(await changes(there, hashes)));
  if (told.length > 1) return told;
  const record = JSON.parse(strict.decode(there.get("logg.json")));
  const keys = record.keys.map(unhex);
  const point = await checkpoint(record.checkpoint, keys);
  if (!point) return [...told, ["checkpoint-broken", []]];
  told.push(["checkpoint", [point.size, point.time]]);
  for (const each of record.former) told.push(await prefixFinding(each, point, keys));
  const delivered = new Map();
  for (const name of hashes.keys()) {
    const seq = seqOf(name);
    if (seq === null) continue;
    const entry = JSON.parse(strict.decode(there.get(name)));
    told.push(...(await entryFindings(entry, point, seq)));
    for (const value of deliveredIn(entry)) delivered.set(value, seq);
  }
  for (const [name, value] of hashes) {
    if (seqOf(name) !== null) continue;
    told.push(delivered.has(value)
      ? ["file-entry", [name, delivered.get(value)]] : ["file", [name]]);
  }
  return told;
}

async function changes(there, hashes) {
  const told = [];
  for (const [name, value] of hashes) {
    const seq = seqOf(name);
    const [kind, what] = seq === null ? ["file", name] : ["entry", seq];
    if (!there.has(name)) told.push([`${kind}-missing`, [what]]);
    else if (hex(await sha256(there.get(name))) !== value) told.push([`${kind}-changed`, [what]]);
  }
  for (const name of there.keys()) {
    if (!hashes.has(name) && name !== "innhold.txt") told.push(["file-extra", [name]]);
  }
  const listed = [...hashes.keys()].filter((name) => seqOf(name) !== null && there.has(name));
  const stored = [...there.keys()].filter((name) => seqOf(name) !== null && hashes.has(name));
  listed.forEach((name, at) => {
    if (name !== stored[at]) told.push(["entry-order", [seqOf(name)]]);
  });
  return told;
}

async function prefixFinding(each, point, keys) {
  const older = await checkpoint(each.note, keys);
  const holds = older !== null && (await isPrefix(older, point, each.proof.map(unhex)));
  return [holds ? "prefix" : "prefix-broken", [older ? older.time : "?", point.time]];
}

function deliveredIn(entry) {
  const said = entry.open.matter;
  const files = said ? JSON.parse(said.value).payload.sha256 : null;
  return Array.isArray(files) ? files : [];
}

async function findings(data) {
  try {
    const [there, isExact] = await members(data);
    if (there.has("word/document.xml")) return await documentFindings(there);
    return [...(await packageFindings(there)), ...(isExact ? [] : [["layout", []]])];
  } catch {
    return [["unreadable", [""]]];
  }
}

const isGood = (told) => told.every(([code]) => GOOD.has(code));

function filled(text, words) {
  return text.replace(/\{(\d)\}/g, (_, at) => words[Number(at)]);
}

function said(code, facts, nynorsk) {
  const words = [...facts];
  if (code === "entry") {
    const parts = [words[4], Object.keys(FIELDS).filter((one) => !words[4].includes(one))];
    words[4] = parts.map((names, at) => names.length
      ? filled(TEXTS[at ? "hidden" : "shown"][nynorsk], [names.map((one) => FIELDS[one][nynorsk]).join(", ")])
      : "").filter(Boolean).join(" ");
  }
  if (code === "entry-field") words[1] = FIELDS[words[1]][nynorsk];
  return filled(TEXTS[code][nynorsk], words).replace(TIME, "$3.$2.$1 kl. $4.$5 UTC");
}

function show(list, told, nynorsk) {
  list.replaceChildren(...told.map(([code, facts]) => {
    const item = document.createElement("li");
    item.className = GOOD.has(code) ? "good" : "bad";
    item.textContent = said(code, facts, nynorsk);
    return item;
  }));
}

function begin() {
  const nynorsk = document.documentElement.lang === "nn" ? 1 : 0;
  const verdict = document.getElementById("verdict");
  document.getElementById("file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    const told = await findings(new Uint8Array(await file.arrayBuffer()));
    show(document.getElementById("findings"), told, nynorsk);
    verdict.textContent = said(isGood(told) ? "good" : "bad", [], nynorsk);
  });
}

if (typeof document === "undefined") module.exports = { findings, isSigned, isGood };
else begin();
