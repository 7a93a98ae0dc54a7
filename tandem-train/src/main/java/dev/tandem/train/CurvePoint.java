package dev.tandem.train;

/**
 * One point of a learning curve.
 *
 * @param epoch epochs done
 * @param step steps done
 * @param part {@code train} or {@code validation}
 * @param task the task; empty for the joint loss
 * @param metric name of the metric
 * @param value its value
 */
public record CurvePoint(
    long epoch, long step, String part, String task, String metric, double value) {}
