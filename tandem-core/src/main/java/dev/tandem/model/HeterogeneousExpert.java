package dev.tandem.model;

import static dev.tandem.graph.Nodes.add;
import static dev.tandem.graph.Nodes.concat;
import static dev.tandem.graph.Nodes.flatten;
import static dev.tandem.graph.Nodes.matmul;
import static dev.tandem.graph.Nodes.relu;

import dev.tandem.graph.Node;
import dev.tandem.graph.Scope;
import dev.tandem.layer.Activation;
import dev.tandem.layer.CrossNet;
import dev.tandem.layer.DenseStack;
import dev.tandem.layer.FieldNet;
import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The three expert bodies of the heterogeneous interaction layer (DEPHN, section 5 of the
 * specification) under one set of options: deep, cross and field experts, each giving a vector of
 * one common width.
 */
@Doc("Options of the deep, cross and field experts.")
public record HeterogeneousExpert(
    @Doc("Hidden widths of a deep expert, before the last layer to the output width.")
        @Default("[128]")
        @Range(min = 1)
        List<Integer> hidden,
    @Doc("An interaction as every deep expert, in place of dense layers; it gives its own width.")
        Optional<Interaction> network,
    @Doc("Width of every expert's output.") @Default("64") @Range(min = 1) int width,
    @Doc("Activation of a deep expert's last layer.") @Default("relu") Activation output,
    @Doc("Crosses of a cross expert: vector, matrix, mix, or both of the first two.")
        @Default("matrix")
        Crosses crosses,
    @Doc("Number of cross layers.") @Default("2") @Range(min = 1) int crossLayers,
    @Doc("Number of low-rank experts of mixed crosses.") @Default("4") @Range(min = 1)
        int mixExperts,
    @Doc("Inner width of mixed crosses.") @Default("32") @Range(min = 1) int mixRank,
    @Doc("Number of field interaction layers.") @Default("2") @Range(min = 1) int fieldLayers,
    @Doc("Start the field layers' skip weights like the FINT authors' code instead of at 1.")
        @Default("false")
        boolean glorotSkip,
    @Doc("Whether cross and field experts end in a dense ReLU layer to the output width.")
        @Default("dense_relu")
        Projection projection,
    @Doc("The skip of each interaction layer: trained coefficient, fixed, or none.")
        @Default("trainable")
        Residual residual) {

  /** Kinds of crosses. */
  public enum Crosses {
    VECTOR,
    MATRIX,
    MIX,
    BOTH
  }

  /** What brings a cross or field expert to the common width. */
  public enum Projection {
    DENSE_RELU,
    NONE
  }

  /** The skip terms: α of cross layers, u of field layers, β of deep layers. */
  public enum Residual {
    /** All trained, start 1. */
    TRAINABLE,
    /** α = 1, β = 0, u trained. */
    FIXED,
    /** α = β = u = 0. */
    OFF
  }

  /** The structure of an expert, in the order in which experts of a group stand. */
  public enum Kind {
    DNN,
    CROSS,
    FIELD
  }

  /**
   * z [B,F,D] → [B,h].
   *
   * @param x the features that z was selected from
   */
  Node build(Scope scope, Kind kind, Node z, Features x) {
    return switch (kind) {
      case DNN ->
          network.isPresent()
              ? network.get().build(scope, x.with(flatten(z)))
              : deep(scope, flatten(z));
      case CROSS -> project(scope, cross(scope, flatten(z)));
      case FIELD ->
          project(
              scope,
              flatten(
                  new FieldNet(fieldLayers, residual != Residual.OFF, glorotSkip).build(scope, z)));
    };
  }

  private Node deep(Scope scope, Node z) {
    List<Integer> units = new ArrayList<>(hidden);
    units.add(width);
    return new DenseStack(units, output, residual == Residual.TRAINABLE).build(scope, z);
  }

  private Node cross(Scope scope, Node z) {
    return switch (crosses) {
      case VECTOR -> net(CrossNet.Kind.VECTOR).build(scope, z);
      case MATRIX -> net(CrossNet.Kind.MATRIX).build(scope, z);
      case MIX -> net(CrossNet.Kind.MIX).build(scope, z);
      case BOTH ->
          concat(
              net(CrossNet.Kind.VECTOR).build(scope.at("vector"), z),
              net(CrossNet.Kind.MATRIX).build(scope.at("matrix"), z));
    };
  }

  private CrossNet net(CrossNet.Kind kind) {
    CrossNet.Skip skip =
        switch (residual) {
          case TRAINABLE -> CrossNet.Skip.TRAINED;
          case FIXED -> CrossNet.Skip.IDENTITY;
          case OFF -> CrossNet.Skip.NONE;
        };
    return new CrossNet(kind, crossLayers, mixRank, mixExperts, false, 0, skip);
  }

  private Node project(Scope scope, Node h) {
    return projection == Projection.NONE
        ? h
        : relu(add(matmul(h, scope.glorot("P", h.width(), width)), scope.bias("p", width)));
  }
}
