// What the stages' states say they own, held against what the account holds.

/** Hostnames have no names of their own kind: `hosts.mjs` shows what a request to each meets. */
const HOSTS = ["cloudflare::CustomDomain", "cloudflare::Route"];

/** The resources that a stage's rows claim, each as the account would call it. */
export function claimsOf(all) {
  const rows = all.filter(({ kind }) => !HOSTS.includes(kind));
  return rows.flatMap(({ kind, output }) => {
    const claim = { kind: kind.split("::")[1], name: output.name ?? output.title };
    return [claim, ...Object.values(output.bindings ?? {}).flatMap(ownedByWorker(output.name))];
  });
}

/** Classes and workflows have no rows of their own: they are bindings of their Worker. */
const ownedByWorker = (script) => (binding) => {
  if (binding.type === "workflow") return [{ kind: "Workflow", name: binding.workflowName }];
  if (binding.type !== "durable_object_namespace") return [];
  const owner = binding.scriptName ?? script;
  return [{ kind: "DurableObjectNamespace", script: owner, name: binding.className }];
};

/** What one resource is called, in a way that no other can be. */
const key = ({ kind, name, script }) =>
  JSON.stringify([kind, kind === "DurableObjectNamespace" ? script : "", name]);

/** Who claims what: resources of two stages, of none, and claims to what does not exist. */
export function compare(held, claims) {
  const owners = new Map(held.map((one) => [key(one), new Set()]));
  const missing = [];
  for (const [stage, claimed] of claims) {
    for (const claim of claimed) {
      const stages = owners.get(key(claim));
      if (stages) stages.add(stage);
      else missing.push({ stage, ...claim });
    }
  }
  const stagesOf = held.map((one) => ({ one, stages: [...owners.get(key(one))] }));
  return {
    stagesOf,
    shared: stagesOf.filter(({ stages }) => stages.length > 1),
    unclaimed: stagesOf.filter(({ stages }) => stages.length === 0),
    missing,
  };
}
