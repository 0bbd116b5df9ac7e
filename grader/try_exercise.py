"""Scratch."""
import sys

from grader.course import open_course
from grader.inside.shell import make_shell, run_cell
from grader.notebook import read_notebook
from grader.student.local import LocalChannel
from grader.student.remote import Student
from grader.suite.session import SuiteSession

course=open_course(); ex=course.find(sys.argv[1]); bad=0
sessions=[SuiteSession(ex.visible_suite),SuiteSession(ex.hidden_suite)]
ref=read_notebook(ex.notebook).cells
def trial(name,cells,loses):
    global bad
    shell=make_shell(); shell.user_ns.clear if 0 else None
    errs=[]
    for n,s in cells:
        e=run_cell(shell,n,s)
        if e: errs.append((n,e["kinds"][0],e["message"][:200]))
    out={}
    for k,s in zip(("visible","hidden"),sessions):
        for seed in ("a","b"):
            for q in s.run(Student(LocalChannel(shell)),seed+name):
                if q.score!=q.max_score: out.setdefault(q.name,[]).append((k,seed,[(t.name,t.status,t.message,t.diagnosis) for t in q.tests if t.status!="passed"]))
    hidden={q for q,r in out.items() for seed in ("a",) if {x[1] for x in r if x[0]=="hidden"}=={"a","b"}}
    ok= (set(out)==loses==hidden) if loses else not out
    bad+= (not ok) or (bool(errs) and not loses)
    print("ok " if ok else "BAD", name, "loses", sorted(out), "" if ok else f"declared {sorted(loses)}", errs if not loses else "")
    if not ok:
        for q,r in out.items():
            for x in r: print("    ",q,x)
    elif loses:
        for q,r in out.items():
            print("     ",q,"|",r[-1][2][0][2][:150],"| DIAG:",r[-1][2][0][3])
trial("reference",ref,set())
for p in sorted((ex.folder/"correct").glob("*.py")): trial("correct/"+p.stem,read_notebook(p).cells,set())
for p in sorted((ex.folder/"wrong").glob("*.py")):
    import ast
    doc=ast.get_docstring(ast.parse(p.read_text())) or ""
    loses=[l for l in doc.splitlines() if l.startswith("Loses:")]
    trial("wrong/"+p.stem,[*ref,*[(n+1000,s) for n,s in read_notebook(p).cells]],{x.strip() for x in loses[0][6:].split(",")} if loses else {"?"})
total=sum(t[2] for t in sessions[1].tests); print("points",total, "questions",[q["name"] for q in ex.questions]); print("ALL GOOD" if not bad else f"{bad} BAD")
