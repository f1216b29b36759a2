// From which commit the site was built, when, and what was new; red where the weekly run did not come.
const DAY = 864e5; // milliseconds

export async function draw(_, { make }) {
  const status = await (await fetch(new URL("../../status.json", import.meta.url))).json();
  if (!status.commit) return [make("p", {}, "Nobody has published this site: its ", make("code", {}, "status.json"), " is empty.")];
  const date = time => new Date(time).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  const days = time => Math.floor((Date.now() - new Date(time)) / DAY);
  const ago = time => ["today", "a day ago"][days(time)] ?? `${days(time)} days ago`;
  const said = [];
  const say = (...parts) => said.push(make("p", {}, ...parts));
  const run = status.run ? [", by ", make("a", { href: status.run }, "this run")] : [];
  say("Built from commit ", make("code", {}, status.commit.slice(0, 7)), ` on ${date(status.built)} UTC, ${ago(status.built)}`, ...run, ".");
  if (status.since) {
    const pages = status.changed.map(path => path.replace(/^tutorials\//, "")).join(", ") || "no page";
    say("With other code or packages than in the site before, which was built from ", make("code", {}, status.since.slice(0, 7)), `, ran: ${pages}.`);
  }
  if (status.packages) say(`The packages are those of ${date(status.packages).split(" at ")[0]}, ${days(status.packages)} days old.`);
  const late = !status.weekly || days(status.weekly) > 8;
  say(`${status.weekly ? `The last weekly run was published ${ago(status.weekly)}` : "No weekly run was published yet"}${late ? ": nobody has seen for longer than a week whether every tutorial still runs" : ""}.`);
  if (late) said.at(-1).className = "late";
  return said;
}
