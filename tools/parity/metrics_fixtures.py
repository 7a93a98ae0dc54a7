"""Writes the metrics' fixtures: data and what scikit-learn and SciPy say about them.

    python -m venv venv && venv/bin/pip install -r tools/parity/requirements.txt
    venv/bin/python tools/parity/metrics_fixtures.py \
        > tandem-core/src/test/resources/metrics-scikit-learn.json

Labels of the regression are rounded to float32, as the Java side stores them. DeLong has no
implementation in these packages: its variance is computed here from the definition, in O(n^2).
"""

import json
import sys

import numpy as np
import scipy
import scipy.special
import scipy.stats
import sklearn
from sklearn import calibration, metrics


def binary(rng, n, rate, digits):
    y = (rng.random(n) < rate).astype(int)
    y[:2] = [0, 1]
    z = rng.normal(size=n) + 1.2 * y - 1
    p = np.clip(np.round(1 / (1 + np.exp(-z)), digits), 1e-6, 1 - 1e-6)
    w = np.round(rng.gamma(2.0, 1.0, n), 6)
    w[rng.integers(0, n, n // 10)] = 0.0
    w[:2] = 1.0
    fpr, tpr, thresholds = metrics.roc_curve(y, p, drop_intermediate=False)
    observed, predicted = calibration.calibration_curve(y, p, n_bins=10, strategy="uniform")
    return {
        "y": y.tolist(),
        "p": p.tolist(),
        "w": w.tolist(),
        "auc": metrics.roc_auc_score(y, p),
        "aucWeighted": metrics.roc_auc_score(y, p, sample_weight=w),
        "logloss": metrics.log_loss(y, p),
        "loglossWeighted": metrics.log_loss(y, p, sample_weight=w),
        "brier": metrics.brier_score_loss(y, p),
        "brierWeighted": metrics.brier_score_loss(y, p, sample_weight=w),
        "rocX": fpr.tolist(),
        "rocY": tpr.tolist(),
        "rocThresholds": thresholds[1:].tolist(),
        "calibrationPredicted": predicted.tolist(),
        "calibrationObserved": observed.tolist(),
    }


def regression(rng, n):
    y = rng.normal(3, 2, n).astype(np.float32).astype(np.float64)
    x = y + rng.normal(0, 1, n)
    w = np.round(rng.gamma(2.0, 1.0, n), 6)
    out = {"y": y.tolist(), "x": x.tolist(), "w": w.tolist()}
    for name, sw in (("", None), ("Weighted", w)):
        out["mse" + name] = metrics.mean_squared_error(y, x, sample_weight=sw)
        out["rmse" + name] = metrics.root_mean_squared_error(y, x, sample_weight=sw)
        out["mae" + name] = metrics.mean_absolute_error(y, x, sample_weight=sw)
        out["r2" + name] = metrics.r2_score(y, x, sample_weight=sw)
    return out


def multiclass(rng, n, classes):
    y = rng.integers(0, classes, n)
    z = rng.normal(size=(n, classes))
    z[np.arange(n), y] += 1
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    w = np.round(rng.gamma(2.0, 1.0, n), 6)
    out = {"y": y.tolist(), "p": p.ravel().tolist(), "w": w.tolist(), "classes": classes}
    for name, sw in (("", None), ("Weighted", w)):
        out["logloss" + name] = metrics.log_loss(y, p, sample_weight=sw)
        out["accuracy" + name] = metrics.accuracy_score(y, p.argmax(1), sample_weight=sw)
    # scikit-learn averages one-versus-rest with the rows' weights in each of the two-class problems.
    for name, sw in (("", None), ("Weighted", w)):
        out["macroAuc" + name] = float(
            np.mean([metrics.roc_auc_score(y == c, p[:, c], sample_weight=sw) for c in range(classes)])
        )
    out["macroAucOvr"] = metrics.roc_auc_score(y, p, multi_class="ovr", average="macro")
    return out


def ranking(rng, n, k):
    relevance = rng.integers(0, 4, n)
    scores = rng.permutation(n) / n
    return {
        "y": relevance.tolist(),
        "p": scores.tolist(),
        "k": k,
        "linear": metrics.ndcg_score([relevance], [scores], k=k, ignore_ties=True),
        "exponential": metrics.ndcg_score([2.0**relevance - 1], [scores], k=k, ignore_ties=True),
    }


def delong(rng, n, digits):
    y = (rng.random(n) < 0.3).astype(int)
    common = rng.normal(size=n)
    a = np.round(common + 0.8 * rng.normal(size=n) + y, digits)
    b = np.round(common + 0.8 * rng.normal(size=n) + 0.8 * y, digits)

    def components(s):
        pos, neg = s[y == 1], s[y == 0]
        wins = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
        return wins.mean(1), wins.mean(0)

    (pa, na), (pb, nb) = components(a), components(b)
    cov = np.cov(np.stack([pa, pb])) / len(pa) + np.cov(np.stack([na, nb])) / len(na)
    difference = pa.mean() - pb.mean()
    variance = cov[0, 0] + cov[1, 1] - 2 * cov[0, 1]
    z = difference / np.sqrt(variance)
    half = scipy.stats.norm.ppf(0.975) * np.sqrt(variance)
    return {
        "y": y.tolist(),
        "a": a.tolist(),
        "b": b.tolist(),
        "aucA": metrics.roc_auc_score(y, a),
        "aucB": metrics.roc_auc_score(y, b),
        "varianceA": cov[0, 0],
        "varianceB": cov[1, 1],
        "difference": difference,
        "variance": variance,
        "z": z,
        "p": 2 * scipy.stats.norm.sf(abs(z)),
        "low": difference - half,
        "high": difference + half,
    }


def ttest(rng, n, shift):
    a = rng.normal(0.75, 0.002, n)
    b = a - rng.normal(shift, 0.001, n)
    result = scipy.stats.ttest_rel(a, b)
    interval = result.confidence_interval(0.95)
    return {
        "a": a.tolist(),
        "b": b.tolist(),
        "t": result.statistic,
        "p": result.pvalue,
        "low": interval.low,
        "high": interval.high,
    }


def tails():
    z = [0.0, 0.1, 0.5, 1.0, 1.5, 1.73, 1.7321, 2.0, 3.0, 5.0, 8.0, 20.0, 37.0]
    t = [[v, df] for v in (0.0, 0.01, 0.7, 1.0, 2.776, 12.0, 300.0) for df in (1, 2, 3, 4, 9, 30, 199, 5000)]
    levels = [0.5, 0.9, 0.95, 0.99, 0.999]
    return {
        "z": z,
        "normal": [2 * scipy.stats.norm.sf(v) for v in z],
        "t": t,
        "student": [2 * scipy.stats.t.sf(v, df) for v, df in t],
        "levels": levels,
        "normalQuantiles": [scipy.stats.norm.ppf(0.5 + v / 2) for v in levels],
        "studentQuantiles4": [scipy.stats.t.ppf(0.5 + v / 2, 4) for v in levels],
    }


def main():
    rng = np.random.default_rng(20261122)
    fixtures = {
        "madeWith": {"numpy": np.__version__, "scikit-learn": sklearn.__version__, "scipy": scipy.__version__},
        "binary": [binary(rng, 300, 0.4, 2), binary(rng, 300, 0.1, 12), binary(rng, 50, 0.5, 1)],
        "regression": [regression(rng, 200)],
        "multiclass": [multiclass(rng, 200, 3), multiclass(rng, 200, 6)],
        "ranking": [ranking(rng, 12, 5), ranking(rng, 30, 10), ranking(rng, 4, 10)],
        "delong": [delong(rng, 150, 1), delong(rng, 150, 9)],
        "ttest": [ttest(rng, 5, 0.001), ttest(rng, 20, 0.0002), ttest(rng, 2, 0.0)],
        "tails": tails(),
    }
    json.dump(fixtures, sys.stdout, separators=(",", ":"))
    print()


main()
