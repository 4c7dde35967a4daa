package main

import (
	"errors"
	"fmt"
	"io"

	"adagio/analysis"
	"adagio/analysis/rank"
	"adagio/analysis/report/bound"
	"adagio/analysis/verify"
	"adagio/dsl/diag"
	"adagio/dsl/model"
	"adagio/petri/certificate"
	"adagio/petri/compile"
	"adagio/petri/unfold"
)

// certify writes a certificate to a file, if one is named, and says in the document of
// what: the bounds of a plan, or an execution that hangs if the plan can.
func (a *app) certify(in *input, r *analysis.Result, file string, sources diag.Sources, doc *bound.Document) error {
	if file == "" {
		return nil
	}
	if d := r.Deadlock; d != nil && !d.Unproved {
		c, err := verify.CertifyHang(r, verify.Options{Runs: 200, Events: verify.Events, Seed: 1})
		switch {
		case err != nil:
			return uncertified(r.Scenario, err, sources)
		case c != nil:
			doc.CertifiedHang = true
			return a.writeCertificate(file, c.Write)
		case !d.Possible:
			return uncertified(r.Scenario, fmt.Errorf("it deadlocks, and no execution that hangs has been found"), sources)
		}
	}
	c, err := certificate.New(r.Net, in.certainty())
	if err != nil {
		return uncertified(r.Scenario, err, sources)
	}
	doc.Certified = bound.NewCertified(analysis.Bound{Lower: c.MakespanLower, Upper: c.MakespanUpper}, analysis.Bound{Lower: c.SpanLower, Upper: c.SpanUpper}, doc)
	return a.writeCertificate(file, c.Write)
}

// uncertified says why there is no certificate.
func uncertified(s *model.Scenario, err error, sources diag.Sources) error {
	return refused(s, fmt.Errorf("there is no certificate of this plan: %w", err), sources)
}

func (a *app) writeCertificate(file string, write func(io.Writer) error) error {
	if err := a.writeTo(file, write); err != nil {
		return broken(err)
	}
	return nil
}

// certifyFaster writes that the best plan is certainly faster than another: the first in
// the ranking of which that is so.
func (k *ranking) certifyFaster(t *rank.Table) error {
	for _, p := range t.Pairs {
		if p.Better != t.Order[0] || p.Verdict != rank.CertainlyFaster {
			continue
		}
		var both [2]*certificate.Certificate
		for i, plan := range []*rank.Plan{t.Plans[p.Better], t.Plans[p.Worse]} {
			net, err := compile.Scenario(plan.Result.Scenario)
			if err == nil {
				both[i], err = certificate.New(net, k.certainty())
			}
			if err != nil {
				return broken(fmt.Errorf("there is no certificate of %s: %w", plan.Name, err))
			}
		}
		if both[0].MakespanUpper >= both[1].MakespanLower {
			return broken(fmt.Errorf("%s is certainly faster than %s, but not by what certificates derive: at most %v, and at least %v", t.Plans[p.Better].Name, t.Plans[p.Worse].Name, both[0].MakespanUpper, both[1].MakespanLower))
		}
		return k.app.writeCertificate(k.certificate, func(w io.Writer) error {
			return certificate.WriteFaster(w, both[0], both[1])
		})
	}
	return broken(errors.New("no plan is certainly slower than the best one: there is nothing to certify"))
}

// certainty is which hazards certificates cover.
func (in *input) certainty() unfold.Strict {
	if in.strict {
		return unfold.AllHazards
	}
	return unfold.NoHazards
}
