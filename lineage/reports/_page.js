"use strict";
(() => {
  const form = document.getElementById("filters");
  const cards = Array.from(document.querySelectorAll(".finding"));
  const groups = Array.from(document.querySelectorAll(".findings"));
  const told = document.getElementById("shown");
  const apply = () => {
    const wanted = ["severity", "owner", "rule", "source"].map((key) => [key, form.elements[key].value]);
    const words = form.elements.words.value.trim().toLowerCase();
    let shown = 0;
    for (const card of cards) {
      const fits = wanted.every(([key, value]) => value === "" || card.dataset[key] === value);
      card.hidden = !(fits && (words === "" || card.textContent.toLowerCase().includes(words)));
      shown += card.hidden ? 0 : 1;
    }
    for (const group of groups) {
      group.hidden = !group.querySelector(".finding:not([hidden])");
    }
    told.textContent = shown + " of " + cards.length + " shown";
  };
  if (form) {
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("reset", () => setTimeout(apply));
    form.addEventListener("submit", (event) => event.preventDefault());
    apply();
  }
  // A link to a finding that a filter hides, or that is folded away, must still lead to it.
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.hidden && form) form.reset(), apply();
    for (let up = target.parentElement; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = Array.from(document.querySelectorAll("details:not([open])"));
    for (const each of closed) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of closed) each.open = false;
  });
})();
