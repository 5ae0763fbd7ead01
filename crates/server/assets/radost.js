// Comfort on top of pages that work without it. Reads data- attributes only; the content security policy allows
// nothing inline.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  // Theme: the links reload the page with ?theme=…; here it changes at once and the same cookie is set.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-theme-choice]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const theme = link.dataset.themeChoice;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `radost_theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    root.dataset.theme = theme;
    for (const other of document.querySelectorAll("a[data-theme-choice]")) {
      if (other.dataset.themeChoice === theme) other.setAttribute("aria-current", "true");
      else other.removeAttribute("aria-current");
    }
  });

  // Ask before a form that deletes.
  const dialog = document.querySelector("[data-confirm-dialog]");
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = form.dataset.confirm;
    if (!question || form.dataset.confirmed || !dialog || !dialog.showModal) return;
    event.preventDefault();
    const submitter = event.submitter;
    dialog.querySelector("[data-confirm-question]").textContent = question;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(submitter && submitter.form === form ? submitter : undefined);
      delete form.dataset.confirmed;
    }, { once: true });
    dialog.showModal();
  });

  // Copy buttons show themselves where copying works.
  if (navigator.clipboard) {
    for (const button of document.querySelectorAll("button[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        const words = button.querySelector("span");
        const before = words.textContent;
        try {
          await navigator.clipboard.writeText(button.dataset.copy);
          words.textContent = button.dataset.copied;
          setTimeout(() => { words.textContent = before; }, 2000);
        } catch {
          button.hidden = true;
        }
      });
    }
  }

  // A filter applies itself when something is chosen; typed text and dates wait for the button. Empty fields stay out
  // of the address.
  for (const form of document.querySelectorAll("form[data-auto-submit]")) {
    form.addEventListener("change", (event) => {
      if (event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
    });
    form.addEventListener("submit", () => {
      const empty = [...form.elements].filter((control) => control.name && control.value === "" && !control.disabled);
      for (const control of empty) control.disabled = true;
      // The page may come back from the browser's memory: its fields must work again.
      setTimeout(() => { for (const control of empty) control.disabled = false; }, 0);
    });
  }

  // The live counter. A page nobody looks at does not ask; whoever was signed out is not asked again.
  for (const live of document.querySelectorAll("[data-live]")) {
    const timer = setInterval(async () => {
      if (document.hidden) return;
      try {
        const answer = await fetch(live.dataset.live, { headers: { accept: "application/json" } });
        if (!answer.ok || answer.redirected) return clearInterval(timer);
        const counts = await answer.json();
        const write = (n) => n.toLocaleString(live.dataset.liveLocale);
        live.querySelector("[data-live-today]").textContent = write(counts.today);
        live.querySelector("[data-live-total]").textContent = write(counts.total);
      } catch {
        // The network is away for a moment; the next tick asks again.
      }
    }, 5000);
  }

  // An open menu closes on Escape and on a click elsewhere.
  const menus = () => document.querySelectorAll("details.bottombar-menu[open], details.account[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
})();
