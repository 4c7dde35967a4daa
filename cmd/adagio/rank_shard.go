package main

import (
	"fmt"
	"maps"

	"adagio/analysis/parallel"
	"adagio/analysis/rank"
	"adagio/dsl"
	"adagio/dsl/diag"
)

// contenders reads all plans, and what the parts of a ranking have to agree in: a digest of the
// models and of the files of candidates.
func (k *ranking) contenders(opts dsl.Options, args []string) (list []*contender, input string, err error) {
	err = k.each(opts, args, func(c *contender) bool {
		list = append(list, c)
		return true
	})
	if err != nil {
		return nil, "", err
	}
	files := args
	sources := diag.Sources{}
	for _, model := range k.modelsOf(opts) {
		_, some, _ := dsl.Load(model)
		maps.Copy(sources, some)
	}
	input, err = k.digest(sources, files...)
	return list, input, err
}

// modelsOf lists the models that are read: one, or one for each plan.
func (k *ranking) modelsOf(opts dsl.Options) []dsl.Options {
	if len(k.models) > 0 {
		return []dsl.Options{opts}
	}
	var list []dsl.Options
	for _, path := range opts.Files {
		one := opts
		one.Files = []string{path}
		list = append(list, one)
	}
	return list
}

// writePart analyses the plans of a shard.
func (k *ranking) writePart(opts dsl.Options, args []string) error {
	list, input, err := k.contenders(opts, args)
	if err != nil {
		return err
	}
	progress := k.app.progress("analysing")
	return k.shardFlags.write(k.app, input, len(list), func(from, to int, emit func(any) error) error {
		const batch = 64
		for first := from; first < to; first += batch {
			some := list[first:min(first+batch, to)]
			out := make([]rank.Summary, len(some))
			parallel.Each(len(some), 0, func(i int) { out[i] = some[i].plan().Summarise() }, nil)
			for _, s := range out {
				if err := emit(s); err != nil {
					return err
				}
			}
			if progress != nil {
				progress(first+len(some)-from, to-from)
			}
		}
		return nil
	})
}

// gather takes the plans from the parts that are put together. Those that [ranking.read]
// leaves with their event graphs, the best, are analysed again.
func (k *ranking) gather(opts dsl.Options, args []string) ([]*rank.Plan, error) {
	list, input, err := k.contenders(opts, args)
	if err != nil {
		return nil, err
	}
	records, err := recorded[rank.Summary](k.app, input)
	if err != nil {
		return nil, err
	}
	f := &field{closely: k.opts.Closely}
	for s, err := range records {
		i := len(f.plans)
		if err == nil && (i == len(list) || s.Name != list[i].name) {
			err = fmt.Errorf("the parts have a plan %s that is not the next of %d", s.Name, len(list))
		}
		if err != nil {
			return nil, broken(err)
		}
		scenario, _ := list[i].scenario() // one that cannot be read is refused
		f.add(s.Plan(scenario))
	}
	if len(f.plans) != len(list) {
		return nil, broken(fmt.Errorf("the parts have %d plans of %d", len(f.plans), len(list)))
	}
	parallel.Each(len(list), 0, func(i int) {
		if p := f.plans[i]; p.Result != nil && !p.Forgotten {
			*p = *list[i].plan()
		}
	}, nil)
	return f.plans, nil
}
