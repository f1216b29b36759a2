// The cache of a compiled function fills as the reader presses its calls: a program for each type of its arguments.
export function draw({ calls }, { make }) {
  const cache = new Map(), log = make("ol", {}), programs = make("dl", {}), told = make("output", {});
  const press = ({ code, type, program }) => {
    const hit = cache.has(type);
    cache.set(type, [...(cache.get(type) ?? []), code]);
    log.append(make("li", {}, make("code", {}, code), hit ? " found its program" : " was traced and compiled"));
    if (!hit) programs.append(make("dt", {}, make("code", {}, type)), make("dd", {}, make("pre", {}, make("code", {}, program))));
    const traces = cache.size == 1 ? "1 trace" : `${cache.size} traces`;
    told.textContent = `${code} ${hit ? "found the program for" : "was traced and compiled for"} ${type}: ${traces} after ${
      log.children.length} calls.`.replace(" 1 calls", " 1 call");
  };
  const clear = () => {
    cache.clear();
    log.replaceChildren();
    programs.replaceChildren();
    told.textContent = "The cache is empty. Press a call.";
  };
  const buttons = calls.map(call => {
    const button = make("button", { type: "button" }, make("code", {}, call.code));
    button.addEventListener("click", () => press(call));
    return button;
  });
  const empty = make("button", { type: "button", textContent: "Clear the cache" });
  empty.addEventListener("click", clear);
  clear();
  return [
    make("p", { role: "group", ariaLabel: "Calls" }, ...buttons, empty), make("p", {}, told),
    make("div", {}, make("p", {}, make("b", {}, "Calls")), log), make("div", {}, make("p", {}, make("b", {}, "Cache")), programs),
  ];
}
