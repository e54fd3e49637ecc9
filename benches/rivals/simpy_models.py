"""The models on SimPy: prints seconds and the result of each as JSON."""

import json
import random
import sys
import time

import simpy


def queue(customers, gap, service):
    env = simpy.Environment()
    line = simpy.Store(env)
    waited = 0.0

    def source():
        draw = random.Random(1)
        for _ in range(customers):
            yield env.timeout(draw.expovariate(1 / gap))
            line.put(env.now)

    def server():
        nonlocal waited
        draw = random.Random(2)
        for _ in range(customers):
            arrived = yield line.get()
            waited += env.now - arrived
            yield env.timeout(draw.expovariate(1 / service))

    env.process(source())
    env.process(server())
    env.run()
    return waited / customers


def ring(nodes, tokens, hops):
    env = simpy.Environment()
    boxes = [simpy.Store(env) for _ in range(nodes)]
    passed = 0

    def node(number):
        nonlocal passed
        mine, following = boxes[number], boxes[(number + 1) % nodes]
        while True:
            left = yield mine.get()
            yield env.timeout(0.001)
            passed += 1
            if left > 1:
                following.put(left - 1)

    for number in range(nodes):
        env.process(node(number))
    for token in range(tokens):
        boxes[token * nodes // tokens].put(hops)
    env.run()
    return passed


def timed(work, *arguments):
    began = time.perf_counter()
    result = work(*arguments)
    return {"seconds": time.perf_counter() - began, "result": result}


asked = json.load(sys.stdin)
print(json.dumps({"queue": timed(queue, *asked["queue"]), "ring": timed(ring, *asked["ring"])}))
