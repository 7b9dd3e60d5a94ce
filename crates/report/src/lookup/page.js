"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.words;
  const byId = (id) => document.getElementById(id);
  const where = byId("where"), found = byId("found"), said = byId("said"), card = byId("card");
  let shown = [], chosen = -1, area = null;

  // Letters without marks, in small; numbers apart from words and without leading zeros.
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "")
    .replace(/[đĐð]/g, "d").toLowerCase()
    .replace(/(\d+)/g, " $1 ").replace(/\b0+(\d)/g, "$1").replace(/[^a-z0-9]+/g, " ").trim();
  // The kinds of areas are all one: parents write "kp", "khu phố", "tổ dân phố", "thôn", "ấp".
  const kinds = /\b(khu pho|kp|to dan pho|tdp|khu|thon|ap|phuong|p|xa|cu)\b/g;
  const bare = (text) => plain(text).replace(kinds, " ").replace(/\s+/g, " ").trim();

  const entries = [];
  data.areas.forEach((place) => {
    const add = (name, note) => entries.push({
      place, name, note, key: bare(name), all: bare(name + " " + (place.old || "")),
    });
    add(place.name, place.old || "");
    place.aliases.forEach((alias) => add(alias, place.name));
  });

  // 0 the name itself, 1 its beginning, 2 all words begin words of it, 9 not at all.
  const rank = (entry, asked, whole) => {
    if (plain(entry.name) === whole) return 0;
    if (asked === "") return whole === "" ? 9 : 3;
    if (entry.key === asked) return 0;
    const own = entry.all.split(" "), wanted = asked.split(" ");
    const begins = (want) => own.some((word) =>
      /^\d+$/.test(want) ? word === want : word.startsWith(want));
    if (wanted.every(begins)) return entry.key.startsWith(asked) ? 1 : 2;
    return /^\d+$/.test(asked) && entry.key.startsWith(asked) ? 4 : 9;
  };

  const search = (text) => {
    const asked = bare(text), whole = plain(text), seen = new Set();
    return entries.map((entry, order) => ({ entry, order, rank: rank(entry, asked, whole) }))
      .filter((hit) => hit.rank < 9)
      .sort((a, b) => a.rank - b.rank || a.order - b.order)
      .filter((hit) => !seen.has(hit.entry.place.code) && seen.add(hit.entry.place.code))
      .slice(0, 8).map((hit) => hit.entry);
  };

  const grade = () => document.querySelector("input[name=grade]:checked").value;
  const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
  const make = (tag, text, parent) => {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
    return element;
  };

  const close = () => {
    found.hidden = true;
    chosen = -1;
    where.setAttribute("aria-expanded", "false");
    where.removeAttribute("aria-activedescendant");
  };

  const list = () => {
    shown = search(where.value);
    found.replaceChildren();
    shown.forEach((entry, place) => {
      const item = make("li", entry.name, found);
      item.id = "found-" + place;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      if (entry.note) make("small", " (" + entry.note + ")", item);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(entry.place); });
    });
    const open = shown.length > 0 && where.value.trim() !== "";
    found.hidden = !open;
    chosen = -1;
    where.setAttribute("aria-expanded", String(open));
    where.removeAttribute("aria-activedescendant");
    said.textContent = !open && where.value.trim() !== "" ? words.nothing : "";
  };

  const mark = (place) => {
    const items = found.children;
    if (items.length === 0) return;
    if (chosen >= 0) items[chosen].setAttribute("aria-selected", "false");
    chosen = (place + items.length) % items.length;
    items[chosen].setAttribute("aria-selected", "true");
    where.setAttribute("aria-activedescendant", items[chosen].id);
  };

  const tell = (focus) => {
    card.replaceChildren();
    card.hidden = area === null;
    if (area === null) return;
    const answers = area.answers[grade()] || [];
    answers.forEach((answer, place) => {
      const facts = { area: area.name, school: answer.school, way: answer.way, before: answer.before };
      const head = make("h2", fill(words.card, facts), card);
      head.tabIndex = -1;
      if (focus && place === 0) head.focus();
      make("p", fill(words.way, facts), card);
      if (area.old) make("p", fill(words.old, { old: area.old }), card);
      make("p", answer.nearest ? words.nearest : words.why + " " + answer.why, card);
      make("p", fill(answer.before === null ? words.new : answer.same ? words.same : words.other, facts), card);
      if (answer.others.length > 0) {
        make("p", words.others, card);
        const others = make("ul", "", card);
        answer.others.forEach((other) => make("li", other.school + " – " + other.way, others));
      }
      const link = make("a", fill(words.areas_of, facts), make("p", "", card));
      link.href = "#" + answer.list;
      link.addEventListener("click", () => { byId("schools").open = true; });
    });
    if (answers.length === 0) make("p", words.nothing, card);
    make("p", words.procedure, card);
    const copy = make("button", words.link, card);
    copy.type = "button";
    copy.addEventListener("click", () => {
      const done = () => { said.textContent = words.copied; };
      if (navigator.clipboard) navigator.clipboard.writeText(location.href).then(done, () => {});
    });
    history.replaceState(null, "", "#kp=" + encodeURIComponent(area.code) + "&cap=" + grade());
  };

  const choose = (place) => {
    area = place;
    where.value = place.name;
    said.textContent = "";
    close();
    tell(true);
  };

  where.addEventListener("input", list);
  where.addEventListener("blur", close);
  where.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (found.hidden) list();
      mark(event.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? -1 : chosen - 1);
    } else if (event.key === "Enter" && shown.length > 0) {
      event.preventDefault();
      choose(shown[Math.max(chosen, 0)].place);
    } else if (event.key === "Escape") {
      close();
    }
  });
  document.querySelectorAll("input[name=grade]").forEach((radio) =>
    radio.addEventListener("change", () => tell(false)));

  // A link to one answer: #kp=KP-07&cap=1; or to a school's list: #truong=school-1-TH-A.
  const follow = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    const wanted = asked.get("cap");
    document.querySelectorAll("input[name=grade]").forEach((radio) => {
      if (radio.value === wanted) radio.checked = true;
    });
    const place = data.areas.find((place) => place.code === asked.get("kp"));
    if (place) choose(place);
    const school = byId(asked.get("truong") || location.hash.slice(1));
    if (school && byId("schools").contains(school)) {
      byId("schools").open = true;
      school.scrollIntoView();
    }
  };

  byId("ask").hidden = false;
  byId("all").open = false;
  window.addEventListener("hashchange", follow);
  if (location.hash) follow();
})();
