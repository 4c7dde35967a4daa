package main

// fieldsOf says what fields of the answers of rank, simulate, verify, validate and calibrate
// are, and of what describes a model, where neither the source nor their name tells: by the
// name of their type in the schema.
var fieldsOf = map[string]string{
	"Factor.name": "what it is called in the timings", "Factor.share": "the probability with which a duration is at the place that all have in common",
	"Fit.family": "of distributions", "Fit.aic": "Akaike's information criterion; less is better", "Fit.distance": "of Kolmogorov and Smirnov, between observations and distribution", "Fit.others": "families with their greater AIC",
	"Problem.path":    "of the file that could not be read or used",
	"Setting.setting": "of the executor, as the language writes it", "Setting.n": "number of observations", "Setting.holds": "the share of what is to come that the interval holds; null where the logs do not determine it", "Setting.method": "by which the interval is made",
	"Timing.instance": "component is a component, not a type", "Timing.n": "number of observations", "Timing.runs": "in how many runs it was observed", "Timing.method": "by which the delay is made of the observations",
	"Trend.of": "which transition", "Trend.with": "what its duration varies with", "Trend.rho": "the rank correlation of both",
	"Document.durations": "which kind of delay was asked for", "Document.coverage": "the share of what is to come that an interval has to hold", "Document.confidence": "with which it holds that share",
	"Document.timings": "of each transition that was observed", "Document.differ": "why components have durations of their own, in words", "Document.unobserved": "transitions that were not seen",
	"Document.executor": "its settings, as far as the logs tell", "Document.trends": "durations that vary with something", "Document.notes": "what is to be known of the answer, in words", "Document.problems": "what could not be read, used or compared",

	"VersusDocument.best": "the name of the best candidate before this one",
	"LineDocument.name":   "of the candidate", "RankPlanDocument.name": "of the plan or candidate", "RankPlanDocument.probability": "that it is done by the deadline, at least; null where nothing is guaranteed",
	"PairDocument.simulated": "how many pairs of executions, 0 if none had to be", "PairDocument.probability": "that the subject is faster, by the simulated pairs; null without them", "PairDocument.half_width": "of the interval of the probability at 95 %",
	"RankDocument.pairs": "of the plans that are compared closely with one another, then of every other with the first",
	"Candidate.name":     "what the answer calls the candidate; its number, from 1, if left out", "Candidate.programs": "by node: its program, each instruction a text or a list of words", "Candidate.what_if": "changes as --what-if takes them",

	"InstructionsDiff.added": "in order, as the language writes them", "DiffDocument.before": "the first plan", "DiffDocument.after": "the second plan",
	"DiffDocument.instructions": "of each node whose program is not the same", "DiffDocument.critical": "the work on either critical path to the upper end of done",

	"Definition.op": "how the terms are joined", "Definition.terms": "that the greatest or least is taken of", "End.term": "the end of the program, from which the start is to be subtracted",
	"Term.definition": "the index of a definition before, or null", "Term.variables": "indices of the variables that are added", "Term.free": "a delay that is added and no variable, in an interval",
	"Variable.name": "the delay that it is", "Document.variables": "delays that the formula is over", "Document.definitions": "each over variables and the definitions before it",
	"Document.ends": "of each node whose program may be the longest; the makespan is the greatest of these", "Document.pruned": "how many terms are left out because they never decide", "Document.at": "the durations at which makespan is the value of the formula",

	"Event.name": "what happens", "Event.kind": "what it stands for", "Graph.complete": "every program ends in this order", "Graph.events": "causes before what they cause",
	"NetPlace.name": "of the place", "NetTransition.name": "of the transition", "NetTransition.in": "indices of the places that it takes a token from", "NetTransition.read": "indices of the places that it tests",
	"NetTransition.out": "indices of the places that it marks", "NetTransition.choice": "transitions of one choice other than 0 are alternatives of one event",
	"Net.nodes": "their names; others refer to them by index", "Net.places": "others refer to them by index", "Net.transitions": "of the net",
	"Place.name": "of the place", "Place.final": "it is marked at the end", "Document.net": "its name", "Document.firings": "how many transitions fire", "Document.places": "of the net",

	"DelayDocument.from": "the node that sends", "DelayDocument.to": "the node that receives", "HostDocument.name": "of the host", "HostDocument.zone": "the index of its zone", "HostDocument.cores": "how many it has", "HostDocument.properties": "of the platform file, by name",
	"LinkDocument.name": "of the link", "LinkDocument.sharing": "how flows share it, as the platform file says", "ModelDocument.latency_factor": "by which latencies are multiplied", "ModelDocument.bandwidth_factor": "by which bandwidths are multiplied",
	"ModelDocument.crosstraffic": "the part of its rate that a flow takes on the way back", "RouteDocument.from": "the index of a host", "RouteDocument.to": "the index of a host", "RouteDocument.links": "the names of its links, in order",
	"ZoneDocument.name": "of the zone", "ZoneDocument.routing": "how routes in it are found", "Document.platform": "its name", "Document.model": "the constants of the flow model", "Document.zones": "others refer to them by index",
	"Document.hosts": "others refer to them by index", "Document.routers": "their names", "Document.links": "of the platform", "Document.routes": "between the hosts",

	"Bounds.first_outside": "the first replication that contradicts the bounds, or null", "Criticality.transitions": "the most often critical first", "EnergyQuantile.value": "in joules",
	"Failure.replication": "its number, from 0", "Failure.failures": "instructions that could not be executed, in words", "Failure.waits": "who waits for what at the end, in words",
	"Histogram.from": "where the first bin begins", "Histogram.width": "of each bin", "Histogram.counts": "values in each bin", "Histogram.under": "values below the first bin", "Histogram.above": "values above the last bin",
	"Makespan.histogram": "of the sample", "Quantile.value": "of the sample", "Quiescence.bounds": "on the date at which all components are idle, or null", "Quiescence.running": "what was running when the programs ended",
	"Stray.replication": "its number, from 0", "Stray.quiescence": "when all its components were idle, or null", "Time.ns": "in nanoseconds", "Time.s": "in seconds",
	"Transition.share": "of the replications that are explained", "Waits.replication": "its number, from 0", "Waits.waits": "who waits for what, in words",
	"Document.engine_reason": "why this engine was taken, in words", "Document.replications": "simulated executions", "Document.completed": "replications in which every program ended", "Document.deadlocks": "replications that did not end",
	"Document.failure": "the first replication in which an instruction could not be executed, or null", "Document.open": "replications in which a process hangs in its closing wait all", "Document.first_open": "the first of these, or null",
	"Document.even_delays": "how many delays have no distribution and are drawn evenly", "Document.refusal": "why no bounds can be proved, in words", "Document.criticality": "how often transitions were on the critical path; null if that is not known",

	"EndsProof.invariants": "how many the proof uses", "EndsProof.traps": "sets of places that the proof uses; one that has a token keeps one", "InvariantText.tokens": "the weighted number, which never changes",
	"Structure.places": "how many there are", "Structure.transitions": "how many there are", "Structure.read_arcs": "how many there are", "Structure.invariants": "minimal place invariants",
	"Point.point": "its number, from 0", "Point.answer": "the document of the command for this point, or null", "Document.command": "that answers each point", "Document.parameters": "their names, in the order of the values", "Document.points": "in their order",

	"Date.bounds": "that the model predicts", "Date.inside": "what was measured is inside of the bounds", "Delay.what": "kind of delay", "Delay.too_early": "how many lasted less than the model says", "Delay.too_late": "how many lasted longer than the model says",
	"Early.wait": "the instruction that returned early", "Forecast.inside": "the makespan is in the interval", "Hazards.inside_strict": "how many of these runs are inside of bounds that cover hazards",
	"Run.run": "its name", "Run.path": "of its logs", "Run.lacking": "nodes or events that the logs do not have", "Run.node_ends": "of the program of each node",
	"Run.parting": "where the run first leaves its bounds, or null", "Run.early_returns": "waits that returned before what they waited for",
	"Single.kind": "of the rows", "Single.rows": "how many there are", "Single.inside": "how many are inside of their bounds", "Single.mean_error": "null, as for all dates", "Single.mean_width": "null, as for all dates",
	"Statistics.inside": "how many are inside of their bounds", "Statistics.mean_error": "as a share of the makespan; null for dates", "Statistics.mean_width": "as a share of the makespan; null for dates",
	"Summary.runs": "how many were compared", "Summary.refused": "runs without bounds", "Summary.deadlocks": "runs whose plan never ends by the model",
	"Summary.makespans": "the longest program of each run", "Summary.forecasts": "the makespan against simulated executions", "Summary.node_ends": "ends of programs", "Summary.dates": "starts and ends of transitions", "Summary.width": "of the bounds of the makespan, by cause",
	"Width.what": "the cause", "Document.total": "over all plans", "Document.delays": "each kind, as measured and as the model has it", "Document.runs": "each with what was measured",

	"ClaimAnswer.no_when": "why it is not known for which durations the claim holds", "ClaimAnswer.counterexample": "an execution that violates the claim; left out unless it is refuted",
	"Condition.exact": "the condition is necessary, too", "Condition.clauses": "each lists inequalities between durations, of which one has to hold", "Counterexample.how": "its delays are chosen, in words",
	"OrderAnswer.a": "one event", "OrderAnswer.b": "the other event", "OrderAnswer.a_first": "for which durations a comes first", "OrderAnswer.b_first": "for which durations b comes first",
	"PropertyAnswer.name": "of the property", "PropertyAnswer.claims": "what it consists of", "StateDates.state": "that the claim speaks of", "StateDates.times": "in which it holds",
	"Document.properties": "of the plan", "Document.no_orders": "why the orders that depend on durations are not known",
}
