package dev.tandem.train;

import dev.tandem.archive.Checkpoint;
import dev.tandem.archive.CheckpointStore;
import dev.tandem.balance.Balancer;
import dev.tandem.balance.Balancing;
import dev.tandem.balance.Equal;
import dev.tandem.balance.Shared;
import dev.tandem.config.OptimizerConfig;
import dev.tandem.config.TrainConfig;
import dev.tandem.embedding.RowOptimizer;
import dev.tandem.feature.EncodedData;
import dev.tandem.graph.Graph;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Parameter.Role;
import dev.tandem.graph.Shape;
import dev.tandem.metric.Evaluation;
import dev.tandem.onnx.GraphSession;
import dev.tandem.schema.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The training loop. A run is a function of its job: the same rows, configuration and seed give the
 * same bits, however many threads work and however often it was killed and resumed.
 */
public final class Trainer {
  private final TrainingJob job;
  private final Balancing balancing;
  private final TrainingListener listener;
  private final BooleanSupplier stop;
  private final Blueprint blueprint;
  private final TrainConfig config;
  private final long perEpoch;
  private final long end;

  private Trainer(
      TrainingJob job, Balancing balancing, TrainingListener listener, BooleanSupplier stop) {
    this.job = job;
    this.balancing = balancing;
    this.listener = listener;
    this.stop = stop;
    this.blueprint = job.blueprint();
    this.config = job.config();
    if (job.train().rows() == 0) {
      throw new IllegalArgumentException("there are no rows to train on");
    }
    this.perEpoch = Feed.stepsPerEpoch(job.train().rows(), config.batch());
    this.end =
        Math.min(
            Math.multiplyExact((long) config.epochs(), perEpoch),
            config.steps().orElse(Long.MAX_VALUE));
  }

  /**
   * Trains to the end.
   *
   * @param balancing how the tasks' losses become one step; rules that combine gradients do so for
   *     the dense parameters that several tasks share, embedding rows follow the weighted sum
   * @param listener hears of progress
   * @param stop asked after every step; once it says yes, the state is saved and the run ends with
   *     a {@link StoppedException}
   * @throws DivergedException when a loss is not finite; the batch is saved beside the checkpoints
   * @throws dev.tandem.archive.ArchiveException when another training uses the directory, or the
   *     disk refuses
   */
  public static TrainedModel train(
      TrainingJob job, Balancing balancing, TrainingListener listener, BooleanSupplier stop) {
    return new Trainer(job, balancing, listener, stop).run();
  }

  /**
   * {@link #train(TrainingJob, Balancing, TrainingListener, BooleanSupplier)} with equal losses.
   */
  public static TrainedModel train(
      TrainingJob job, TrainingListener listener, BooleanSupplier stop) {
    return train(job, new Equal(), listener, stop);
  }

  private TrainedModel run() {
    Path best = job.checkpoints().resolve("best");
    try (CheckpointStore store =
            CheckpointStore.open(job.checkpoints(), config.checkpoints().keep());
        CheckpointStore bestStore = CheckpointStore.open(best, 1);
        Workers workers = new Workers(threads())) {
      List<Parameter> shared = TrainingGraph.shared(blueprint);
      Balancer balancer =
          balancing.start(
              new Shared(
                  blueprint.tasks().size(),
                  shared.stream().map(p -> p.shape().count().size()).toList(),
                  config.seed()));
      boolean perTask = balancer.needsTaskGradients();
      Graph graph = TrainingGraph.of(blueprint, perTask ? shared : List.of());
      BatchSimilarity similarity = new BatchSimilarity(graph, blueprint.tasks().size());
      TableInputs tables = new TableInputs(graph, blueprint.layout(), blueprint.tables());
      Weights weights =
          Weights.initial(graph, tables.tables(), this::rowOptimizer, config.seed(), workers);
      DenseOptimizer optimizer = optimizer(weights);
      RunState state = resume(store, weights, optimizer);
      if (state.step > 0) {
        balancer.restore(state.balance);
        similarity.restore(state.similarity);
      }
      report(weights, state);
      notice(weights);
      try (GraphSession session = GraphSession.open(graph);
          TrainingStep step =
              new TrainingStep(
                  blueprint,
                  config,
                  session,
                  tables,
                  weights,
                  optimizer,
                  workers,
                  balancer,
                  perTask ? shared : List.of(),
                  similarity);
          Scorer scorer = new Scorer(blueprint, weights, workers, job.evaluation().batch());
          ConflictProbe probe =
              new ConflictProbe(blueprint, tables, weights, workers, config.seed())) {
        Run run =
            new Run(
                store,
                bestStore,
                weights,
                optimizer,
                state,
                step,
                scorer,
                probe,
                tables,
                balancer,
                similarity);
        run.toTheEnd();
        return run.result();
      }
    }
  }

  private int threads() {
    return config.threads().orElse(Runtime.getRuntime().availableProcessors());
  }

  private DenseOptimizer optimizer(Weights weights) {
    OptimizerConfig rules = config.optimizer();
    OptimizerConfig.Dense gates = rules.gates().orElse(rules.dense());
    OptimizerConfig.Dense connections = rules.connections().orElse(rules.dense());
    return new DenseOptimizer(
        List.of(
            new DenseOptimizer.Range(weights.from(Role.BIAS), rules.dense(), config.weightDecay()),
            new DenseOptimizer.Range(weights.from(Role.GATE), rules.dense(), 0),
            new DenseOptimizer.Range(weights.from(Role.CONNECTION), gates, 0),
            new DenseOptimizer.Range(weights.trained(), connections, 0)),
        weights.dense().size());
  }

  private RowOptimizer rowOptimizer(String table) {
    OptimizerConfig rules = config.optimizer();
    OptimizerConfig.Linear rule = rules.embedding();
    if (TableInputs.isLinear(table) && rules.linear().isPresent()) {
      rule = rules.linear().get();
    }
    double l2 = config.embeddingDecay();
    if (rule instanceof OptimizerConfig.Adam a) {
      return new RowOptimizer.Adam(a.lr(), a.beta1(), a.beta2(), a.epsilon(), l2);
    } else if (rule instanceof OptimizerConfig.Adagrad a) {
      return new RowOptimizer.Adagrad(a.lr(), a.initial(), a.epsilon(), l2);
    } else if (rule instanceof OptimizerConfig.RowwiseAdagrad a) {
      return new RowOptimizer.RowwiseAdagrad(a.lr(), a.initial(), a.epsilon(), l2);
    } else if (rule instanceof OptimizerConfig.Ftrl f) {
      return new RowOptimizer.Ftrl(f.lr(), f.beta(), f.l1(), f.l2(), l2);
    }
    return new RowOptimizer.Sgd(rule.lr(), l2);
  }

  /** Says which rules of the optimiser move nothing in this model. */
  private void notice(Weights weights) {
    OptimizerConfig rules = config.optimizer();
    if (rules.gates().isPresent() && weights.from(Role.GATE) == weights.from(Role.CONNECTION)) {
      idle("gates", "gates that are weights of their own, such as those of dephn's gate: tvg");
    }
    if (rules.connections().isPresent() && weights.from(Role.CONNECTION) == weights.trained()) {
      idle("connections", "connections that open and close, such as snr's");
    }
    boolean linear = weights.tables().stream().anyMatch(t -> TableInputs.isLinear(t.name()));
    if (rules.linear().isPresent() && !linear) {
      idle("linear", "first-order weights, such as those of wide_deep");
    }
  }

  private void idle(String rule, String wanted) {
    listener.on(
        new TrainingEvent.Noticed(
            "train.optimizer.%s moves nothing: this model has no %s".formatted(rule, wanted)));
  }

  private RunState resume(CheckpointStore store, Weights weights, DenseOptimizer optimizer) {
    if (!job.resume()) {
      if (!store.steps().isEmpty()) {
        throw new UnfinishedRunException(job.checkpoints(), store.steps().get(0));
      }
      return new RunState(blueprint.tasks().size());
    }
    Optional<Checkpoint> latest =
        store.latest(e -> listener.on(new TrainingEvent.Skipped(String.valueOf(e.getMessage()))));
    if (latest.isEmpty()) {
      return new RunState(blueprint.tasks().size());
    }
    try (Checkpoint checkpoint = latest.get()) {
      if (!CheckpointFile.isOf(checkpoint, job.runHash())) {
        throw new UnfinishedRunException(checkpoint.path());
      }
      RunState state = CheckpointFile.state(checkpoint);
      CheckpointFile.restore(checkpoint, weights, optimizer);
      listener.on(new TrainingEvent.Resumed(state.step));
      return state;
    }
  }

  private void report(Weights weights, RunState state) {
    long floats = weights.tables().stream().mapToLong(t -> (long) t.rows() * t.dim()).sum();
    long dense = weights.parameters().stream().mapToLong(p -> p.shape().count().size()).sum();
    listener.on(new TrainingEvent.Started(dense, floats, end, perEpoch));
    if (state.step > end) {
      throw new IllegalArgumentException(
          "the checkpoint is at step " + state.step + ", beyond the last step " + end);
    }
  }

  /** A run with everything it works on. */
  private final class Run {
    private final CheckpointStore store;
    private final CheckpointStore bestStore;
    private final Weights weights;
    private final DenseOptimizer optimizer;
    private final RunState state;
    private final TrainingStep step;
    private final Scorer scorer;
    private final ConflictProbe probe;
    private final TableInputs tables;
    private final Balancer balancer;
    private final BatchSimilarity similarity;
    private final Judge judge = new Judge(blueprint, job.evaluation());
    private final Optional<EncodedData> watchedRows;
    private final Optional<Watched> watched;
    private Optional<Evaluation> lastValidation = Optional.empty();

    Run(
        CheckpointStore store,
        CheckpointStore bestStore,
        Weights weights,
        DenseOptimizer optimizer,
        RunState state,
        TrainingStep step,
        Scorer scorer,
        ConflictProbe probe,
        TableInputs tables,
        Balancer balancer,
        BatchSimilarity similarity) {
      this.store = store;
      this.bestStore = bestStore;
      this.weights = weights;
      this.optimizer = optimizer;
      this.state = state;
      this.step = step;
      this.scorer = scorer;
      this.probe = probe;
      this.tables = tables;
      this.balancer = balancer;
      this.similarity = similarity;
      this.watchedRows = job.validation();
      this.watched =
          watchedRows.flatMap(rows -> config.earlyStopping().map(e -> new Watched(blueprint, e)));
    }

    void toTheEnd() {
      if (finished()) {
        return;
      }
      if (state.step == 0) {
        gatePoints(0);
      }
      LearningRate rate = new LearningRate(config.schedule(), end, perEpoch);
      Shuffle shuffle = new Shuffle(job.train().rows(), config.shuffle(), config.seed());
      // batch normalisation compares the rows of a chunk: they must be as mixed as the batch
      boolean arranged = weights.parameters().stream().noneMatch(p -> p.role() == Role.STATE);
      try (Feed feed =
          new Feed(
              job.train(),
              shuffle,
              config.batch(),
              state.step,
              end,
              () -> new PreparedBatch(blueprint, tables, config.loss(), arranged))) {
        while (!finished()) {
          PreparedBatch batch = feed.next();
          trainOn(batch, rate.factor(state.step + 1));
          feed.recycle(batch);
          boolean epochDone = state.step % perEpoch == 0 || state.step == end;
          if (epochDone) {
            endEpoch();
          }
          boolean asked = stop.getAsBoolean() && !finished();
          boolean due = config.checkpoints().every().map(n -> state.step % n == 0).orElse(false);
          if (epochDone || due || asked) {
            save();
            listener.on(new TrainingEvent.Saved(state.step, job.checkpoints()));
          }
          if (asked) {
            throw stopped();
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        save();
        throw stopped();
      }
    }

    private void save() {
      state.balance = balancer.state();
      state.similarity = similarity.state();
      CheckpointFile.save(store, job.runHash(), state, weights, optimizer);
    }

    private boolean finished() {
      return state.stoppedEarly || state.step >= end;
    }

    private StoppedException stopped() {
      return new StoppedException(
          "stopped after step "
              + state.step
              + " of "
              + end
              + "; the state is saved in "
              + job.checkpoints()
              + ". Go on with the same command and --resume.");
    }

    private void trainOn(PreparedBatch batch, double factor) {
      long epoch = state.step / perEpoch;
      TrainingStep.Losses losses = step.run(batch, state.step + 1, epoch, factor);
      if (!losses.isFinite()) {
        throw Divergence.report(job, batch, losses, epoch + 1, state.step + 1);
      }
      state.step++;
      state.add(losses, batch);
      listener.on(
          new TrainingEvent.Stepped(
              state.step, epoch, batch.rows(), losses.total(), losses.tasks()));
    }

    private void endEpoch() {
      long epoch = (state.step + perEpoch - 1) / perEpoch;
      double loss = state.lossSum / state.lossCount;
      point(epoch, "train", "", "loss", loss);
      double[] means = new double[blueprint.tasks().size()];
      for (int k = 0; k < blueprint.tasks().size(); k++) {
        if (state.taskLossCounts[k] > 0) {
          Task task = blueprint.tasks().get(k);
          double mean = state.taskLossSums[k] / state.taskLossCounts[k];
          point(epoch, "train", task.name(), "loss", mean);
          means[k] = mean;
        }
      }
      state.measureSums.forEach(
          (name, sum) -> point(epoch, "train", "", name, sum / state.lossCount));
      gatePoints(epoch);
      state.clearLosses();
      balancer.endEpoch((int) epoch - 1, means);
      similarity.startEpoch();
      lastValidation = watchedRows.map(rows -> judge.evaluate(scorer, rows, false));
      lastValidation.ifPresent(
          evaluation ->
              evaluation
                  .tasks()
                  .forEach(
                      (task, metrics) ->
                          metrics
                              .values()
                              .forEach(
                                  (name, m) -> point(epoch, "validation", task, name, m.value()))));
      compareGradients(epoch);
      boolean best = keepIfBest();
      listener.on(
          new TrainingEvent.EpochDone(
              epoch, state.step, loss, lastValidation, watched.map(Watched::description), best));
    }

    private void compareGradients(long epoch) {
      if (config.conflictBatches().isPresent() && blueprint.tasks().size() > 1) {
        ConflictProbe.Batches sample = ConflictProbe.sample(job, config.conflictBatches().get());
        PreparedBatch batch = new PreparedBatch(blueprint, tables, config.loss());
        state.conflicts.add(probe.measure(epoch, state.step, sample, batch));
      }
    }

    /** Where the gates that are weights of their own stand: {@code NAME.i.j…} each. */
    private void gatePoints(long epoch) {
      for (Parameter p : weights.parameters()) {
        if (p.role() == Role.GATE) {
          float[] values = weights.dense().get(p.name());
          for (int i = 0; i < values.length; i++) {
            point(epoch, "gate", "", p.name() + place(p.shape(), i), values[i]);
          }
        }
      }
    }

    /** The indices of a row-major place, each behind a dot. */
    private static String place(Shape shape, int flat) {
      String place = "";
      for (int d = shape.rank() - 1, rest = flat; d >= 0; d--) {
        place = "." + rest % shape.size(d) + place;
        rest /= shape.size(d);
      }
      return place;
    }

    private void point(long epoch, String part, String task, String metric, double value) {
      if (Double.isFinite(value)) {
        state.curves.add(new CurvePoint(epoch, state.step, part, task, metric, value));
      }
    }

    private boolean keepIfBest() {
      if (watched.isEmpty() || lastValidation.isEmpty()) {
        return false;
      }
      double value = watched.get().value(lastValidation.get());
      if (watched.get().improves(value, state.bestValue)) {
        state.bestValue = value;
        state.bestStep = state.step;
        state.epochsWithoutImprovement = 0;
        CheckpointFile.saveWeights(bestStore, job.runHash(), state.step, weights);
        return true;
      }
      state.epochsWithoutImprovement++;
      int patience = config.earlyStopping().map(e -> e.patience()).orElse(Integer.MAX_VALUE);
      state.stoppedEarly = state.epochsWithoutImprovement >= patience;
      return false;
    }

    TrainedModel result() {
      boolean goBack = state.bestStep > 0 && state.bestStep != state.step;
      if (goBack) {
        Checkpoint kept =
            bestStore
                .latest(e -> listener.on(new TrainingEvent.Skipped(String.valueOf(e.getMessage()))))
                .filter(c -> c.step() == state.bestStep)
                .orElseThrow(() -> new UnfinishedRunException(state.bestStep, job.checkpoints()));
        try (kept) {
          CheckpointFile.restoreWeights(kept, weights);
        }
      } else {
        state.bestStep = state.step;
      }
      Optional<Evaluation> validation = watchedRows.map(rows -> judge.evaluate(scorer, rows, true));
      listener.on(new TrainingEvent.Done(state.step, state.bestStep, state.stoppedEarly));
      return new TrainedModel(blueprint, job.evaluation(), weights, threads(), state, validation);
    }
  }
}
