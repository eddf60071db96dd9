"""sampling.py: what transformers' logits processors leave of some logits -> Fixtures/sampling.json"""
import json, pathlib, torch, transformers
from transformers.generation import logits_process as lp

torch.manual_seed(20)
cases = []
settings = [
    dict(temperature=1.0), dict(temperature=0.7, top_k=5), dict(temperature=1.3, top_p=0.8),
    dict(temperature=0.5, top_p=0.95, top_k=20), dict(temperature=1.0, min_p=0.1),
    dict(temperature=2.0, top_k=40, top_p=0.9, min_p=0.05),
    dict(temperature=0.9, repetition_penalty=1.3), dict(temperature=1.0, top_p=0.01),
    dict(temperature=0.6, top_k=3, repetition_penalty=1.1, min_p=0.5),
]
for case in settings:
    logits = (torch.randn(1, 48) * 2).float()
    history = torch.randint(0, 48, (1, 12))
    scores = logits.clone()
    chain = []
    if "repetition_penalty" in case:
        chain.append(lp.RepetitionPenaltyLogitsProcessor(case["repetition_penalty"]))
    chain.append(lp.TemperatureLogitsWarper(float(case["temperature"])))
    if "top_k" in case: chain.append(lp.TopKLogitsWarper(case["top_k"]))
    if "top_p" in case: chain.append(lp.TopPLogitsWarper(case["top_p"]))
    if "min_p" in case: chain.append(lp.MinPLogitsWarper(case["min_p"]))
    for step in chain: scores = step(history, scores)
    cases.append(dict(settings=case, logits=logits[0].tolist(), history=history[0].tolist(),
                      probabilities=torch.softmax(scores.double(), -1)[0].tolist()))
out = pathlib.Path(__file__).parent.parent / "sampling.json"
out.write_text(json.dumps(dict(
    oracle=f"transformers {transformers.__version__}", command="Fixtures/record/sampling.py",
    cases=cases)))
