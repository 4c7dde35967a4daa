"""Tests of adagio.py: python3 -m unittest, with adagio on the PATH, in this folder."""
import os
import tempfile
import unittest

import adagio

MODELS = os.path.join(os.path.dirname(__file__), "..", "..", "..", "testdata")
OPENSTACK = os.path.join(MODELS, "openstack.ballet")


class TestAdagio(unittest.TestCase):
    def test_bound(self):
        answer = adagio.bound(OPENSTACK, network="ideal", set={"sites": 2}, deadline="8min", quantiles=[0.5])
        self.assertEqual(answer["schema"], "adagio/bound/1")
        self.assertEqual(answer["deadline"]["verdict"], "met")
        self.assertEqual(answer["plan"]["nodes"], 11)
        self.assertEqual(answer["distribution"]["quantiles"][0]["p"], 0.5)
        self.assertLessEqual(answer["done"]["lower_ns"], answer["done"]["upper_ns"])

    def test_negative_answer_is_an_answer(self):
        self.assertEqual(adagio.bound(OPENSTACK, deadline="1s")["deadline"]["verdict"], "missed")
        deadlock = os.path.join(MODELS, "gallery", "deadlock.ballet")
        self.assertEqual(adagio.bound(deadlock)["outcome"], "deadlock")
        self.assertFalse(adagio.check([deadlock])["ok"])

    def test_explain(self):
        answer = adagio.explain(OPENSTACK, network="ideal", what_if=["remove wait nova keystone"])
        self.assertLess(answer["what_if"]["after"]["done"]["upper_ns"], answer["done"]["upper_ns"])
        timing = adagio.explain(OPENSTACK, network="ideal", deadline=["nova[0] = 6min"])["deadlines"][0]
        self.assertEqual((timing["of"], timing["verdict"]), ("nova[0]", "missed"))

    def test_rank(self):
        answer = adagio.rank(OPENSTACK, [{"name": "as it is"}, {"name": "bold", "what_if": ["remove wait nova keystone"]}], network="ideal")
        self.assertEqual([answer["plans"][i]["name"] for i in answer["ranking"]], ["bold", "as it is"])
        self.assertEqual((answer["pairs"][0]["subject"], answer["pairs"][0]["other"]), (1, 0))
        answer = adagio.rank(OPENSTACK, [{"name": "as it is"}, {"name": "as it is"}, {"programs": {"nowhere": []}}, {"name": "again"}], network="ideal")
        self.assertEqual([plan["reason_code"] for plan in answer["plans"]], [None, "duplicate", "invalid", None])
        self.assertEqual([pair["verdict"] for pair in answer["pairs"]], ["same plan"])

    def test_verify(self):
        rolling = os.path.join(MODELS, "gallery", "rolling_restart.ballet")
        answer = adagio.verify(rolling, replications=10)
        self.assertEqual(answer["schema"], "adagio/verify/1")
        self.assertEqual({p["verdict"] for p in answer["properties"]}, {"proved"})
        with open(rolling, encoding="utf-8") as file:
            text = file.read()
        with tempfile.TemporaryDirectory() as folder:
            stricter = os.path.join(folder, "stricter.ballet")
            with open(stricter, "w", encoding="utf-8") as file:
                file.write(text.replace("servers - 1", "servers"))
            refuted = [p for p in adagio.verify(stricter)["properties"] if p["verdict"] == "refuted"]
        self.assertEqual(len(refuted), 1)
        self.assertTrue(refuted[0]["claims"][0]["counterexample"]["states"])

    def test_diff(self):
        answer = adagio.diff(OPENSTACK, network="ideal", what_if=["remove wait nova keystone"])
        self.assertEqual(answer["instructions"][0]["removed"], ["wait keystone[0] holding"])
        self.assertLess(answer["after"]["done"]["upper_ns"], answer["before"]["done"]["upper_ns"])
        deadlock = os.path.join(MODELS, "gallery", "deadlock.ballet")
        self.assertEqual(adagio.diff(OPENSTACK, deadlock)["after"]["outcome"], "deadlock")

    def test_mistakes(self):
        with self.assertRaises(adagio.Invalid) as caught:
            adagio.bound(OPENSTACK, plan="updat")
        self.assertIn("updat", str(caught.exception))
        self.assertTrue(caught.exception.diagnostics)
        with self.assertRaises(adagio.Invalid):
            adagio.bound("missing.ballet")
        with self.assertRaises(adagio.Invalid):
            adagio.bound(OPENSTACK, no_such_flag=1)

    def test_program_is_missing(self):
        known = os.environ.get("ADAGIO")
        os.environ["ADAGIO"] = "/no/such/program"
        try:
            with self.assertRaisesRegex(adagio.AdagioError, "cannot be run"):
                adagio.check(OPENSTACK)
        finally:
            if known is None:
                del os.environ["ADAGIO"]
            else:
                os.environ["ADAGIO"] = known


if __name__ == "__main__":
    unittest.main()
