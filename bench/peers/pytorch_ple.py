"""The training yardstick of Tandem in plain PyTorch: python pytorch_ple.py [dense|sparse] [table rows] [steps] [threads] [uniform|zipf].

Batches of 4,096 rows, 26 ids of width 16 from one table, PLE with two levels, 2 + 2 + 2 experts 128 -> 64, linear softmax
gates, towers 64 -> 32 -> 1, sum of two mean binary cross-entropies, Adam. The whole step is timed: picking the shuffled
rows, forward, backward, update. Prints one line of JSON.
"""
import json
import sys
import time

import torch
from torch import nn

BATCH, FIELDS, DIM = 4096, 26, 16
ROWS = 64 * BATCH


def expert(width):
    return nn.Sequential(nn.Linear(width, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU())


class Level(nn.Module):
    def __init__(self, width, top):
        super().__init__()
        self.own = nn.ModuleList([nn.ModuleList([expert(width) for _ in range(2)]) for _ in range(2)])
        self.shared = nn.ModuleList([expert(width) for _ in range(2)])
        self.gates = nn.ModuleList([nn.Linear(width, 4, bias=False) for _ in range(2)])
        self.shared_gate = None if top else nn.Linear(width, 6, bias=False)

    @staticmethod
    def mix(gate, x, experts):
        return torch.bmm(torch.softmax(gate(x), -1).unsqueeze(1), torch.stack(experts, 1)).squeeze(1)

    def forward(self, h, s):
        own = [[e(h[k]) for e in self.own[k]] for k in range(2)]
        shared = [e(s) for e in self.shared]
        out = [self.mix(self.gates[k], h[k], own[k] + shared) for k in range(2)]
        return out, s if self.shared_gate is None else self.mix(self.shared_gate, s, own[0] + own[1] + shared)


class Ple(nn.Module):
    def __init__(self, table_rows, sparse):
        super().__init__()
        self.table = nn.Embedding(table_rows, DIM, sparse=sparse)
        nn.init.normal_(self.table.weight, 0, 0.01)
        self.levels = nn.ModuleList([Level(FIELDS * DIM, False), Level(64, True)])
        self.towers = nn.ModuleList([nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1)) for _ in range(2)])

    def forward(self, ids):
        x = self.table(ids).flatten(1)
        h, s = [x, x], x
        for level in self.levels:
            h, s = level(h, s)
        return torch.cat([tower(v) for tower, v in zip(self.towers, h)], 1)


def main():
    arguments = sys.argv[1:] + ["dense", "1000000", "60", "2", "uniform"][len(sys.argv) - 1:]
    kind, table_rows, steps, threads, law = arguments[0], int(arguments[1]), int(arguments[2]), int(arguments[3]), arguments[4]
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    u = torch.rand(ROWS, FIELDS, dtype=torch.float64)
    ids = (table_rows ** u - 1).clamp(max=table_rows - 1).long() if law == "zipf" else (u * table_rows).long()
    labels = torch.randint(0, 2, (ROWS, 2)).float()
    model = Ple(table_rows, kind == "sparse")
    network = [p for name, p in model.named_parameters() if not name.startswith("table")]
    optimizers = [torch.optim.Adam(network, 1e-3)]
    if kind == "sparse":
        optimizers.append(torch.optim.SparseAdam([model.table.weight], 1e-3))
    else:
        optimizers = [torch.optim.Adam(model.parameters(), 1e-3)]
    loss_function = nn.BCEWithLogitsLoss()
    order = torch.randperm(ROWS)
    times = []
    for step in range(steps):
        start = time.perf_counter()
        rows = order[step % 64 * BATCH:][:BATCH]
        logits = model(ids[rows])
        y = labels[rows]
        loss = sum(loss_function(logits[:, k], y[:, k]) for k in range(2))
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        times.append(time.perf_counter() - start)
    warm = sorted(times[steps // 3:])
    median = warm[len(warm) // 2]
    print(json.dumps({
        "engine": "pytorch " + torch.__version__, "adam": kind, "table_rows": table_rows, "ids": law, "threads": threads,
        "ms_per_step": round(median * 1e3, 2), "best_ms": round(warm[0] * 1e3, 2), "rows_per_second": round(BATCH / median)}))


if __name__ == "__main__":
    main()
