"""Makes the networks that TorchScriptBackboneTest expects to be refused. Usage: make-torchscript-fixtures.py FOLDER"""
import sys
import torch


class NoGradient(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1).gt(0).float()


class NoLogits(torch.nn.Module):
    def forward(self, x):
        return x.mean(3)


class OtherSize(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1).matmul(torch.ones(7, 2))


for network in (NoGradient(), NoLogits(), OtherSize()):
    torch.jit.script(network).save(f"{sys.argv[1]}/{type(network).__name__}.pt")
