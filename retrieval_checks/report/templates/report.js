"use strict";
// Everything can be read without this script: it searches, filters and sorts what is there.
for (const section of document.querySelectorAll(".queries")) {
  const form = section.querySelector(".tools");
  const sorts = section.querySelector(".sorts");
  const list = section.querySelector(".list");
  const items = [...list.children];
  const texts = new Map(items.map((item) => [item, item.textContent.toLowerCase()]));
  const names = new Map(items.map((item) => [item, item.querySelector("b").textContent]));
  const tagsOf = (item) => item.dataset.tags.split("\n");

  const filter = () => {
    const { text, show, tag } = form.elements;
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      item.hidden = !(
        words.every((word) => texts.get(item).includes(word)) &&
        (!show.value || item.dataset.show.split(" ").includes(show.value)) &&
        (!tag || !tag.value || tagsOf(item).includes(tag.value))
      );
      shown += !item.hidden;
    }
    const all = shown === items.length ? "" : ` of ${items.length}`;
    form.querySelector("output").textContent = `${shown}${all} queries`;
    section.querySelector(".nothing").hidden = shown > 0;
  };

  const value = (item, key) => {
    if (key === "name") return names.get(item);
    return key in item.dataset ? Number(item.dataset[key]) : Infinity; // what has none comes last
  };

  const sort = (key) => {
    const at = new Map(items.map((item) => [item, value(item, key)]));
    items.sort((a, b) => {
      const [x, y] = [at.get(a), at.get(b)];
      if (x === y) return a.dataset.order - b.dataset.order;
      return key === "name" ? x.localeCompare(y) : x < y ? -1 : 1;
    });
    list.append(...items);
    for (const button of sorts.children) {
      button.setAttribute("aria-pressed", String(button.dataset.key === key));
    }
  };

  const step = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const here = event.target.closest("li");
    if (!by || event.target.tagName !== "SUMMARY" || !here) return;
    const shown = items.filter((item) => !item.hidden);
    const next = shown[shown.indexOf(here) + by];
    if (next) next.querySelector("summary").focus();
    event.preventDefault();
  };

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  sorts.addEventListener("click", (event) => {
    if (event.target.dataset.key) sort(event.target.dataset.key);
  });
  list.addEventListener("keydown", step);
  form.hidden = sorts.hidden = false;
  filter(); // a browser may have kept what was typed before a reload
}

const open = () => {
  const item = location.hash && document.getElementById(location.hash.slice(1));
  const details = item && item.querySelector(":scope > details");
  if (!details) return;
  item.hidden = false;
  details.open = true;
  item.scrollIntoView();
  details.firstElementChild.focus({ preventScroll: true });
};
addEventListener("hashchange", open);
open();
