"""Read by gunicorn when it starts in this folder: the postman begins with the worker, not with the first visitor."""

from portal import rounds


def post_worker_init(worker):
    if worker.wsgi.config["POSTMAN"]:
        rounds.start(worker.wsgi)
